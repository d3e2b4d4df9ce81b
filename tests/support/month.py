"""A made-up month of a channel: asks that ended, doubts that came and went, exchanges with their times."""

from datetime import datetime

from sqlalchemy import text

from hub.registry.session import Transaction

ASKS = """
INSERT INTO asks (id, key, channel, verb, subject_kind, subject_id, state, purpose, article, field_names, reason,
    asked_by_name, asked_at, changed_at, ended_at, sent_at, attempts, questions, absences)
SELECT gen_random_uuid(), 'm' || d || '-' || n, :channel, 'bind_card', 'account', gen_random_uuid(),
    CASE WHEN (d * 7 + n) % 5 = 0 THEN 'refused' ELSE 'done' END, 'settlement', 'R7.9', '{}',
    CASE WHEN (d * 7 + n) % 5 = 0 THEN (ARRAY['name_mismatch', 'phone_mismatch', 'account_closed', 'limit'])[1 + (d + n) % 4] END,
    'test', at, at, at, at, 1, 0, 0
FROM generate_series(0, 29) d, generate_series(1, 12 + 6 * (:seed + 1)) n,
    LATERAL (SELECT CAST(:now AS timestamptz) - make_interval(days => d, mins => n) AS at) a
WHERE extract(isodow FROM at AT TIME ZONE 'Asia/Shanghai') < 6 AND n <= 10 + (d * 5) % 13
"""
TALKS = """
INSERT INTO attempts (id, ask_id, no, verb, started_at, ended_at, outcome)
SELECT gen_random_uuid(), a.id, talk.no, talk.verb, at, at + interval '1 second', talk.outcome
FROM (SELECT asks.*, row_number() OVER (ORDER BY key) AS rank FROM asks WHERE channel = :channel AND key LIKE 'm%') a,
    LATERAL (SELECT 1 AS no, 'bind_card' AS verb, CASE WHEN rank % 6 = 0 THEN 'unknown' ELSE 'answered' END AS outcome,
        a.ended_at - CASE WHEN rank % 6 = 0 THEN make_interval(hours => (rank % 30)::int) ELSE interval '2 seconds' END AS at
      UNION ALL SELECT 2, 'query_binding', 'answered', a.ended_at - interval '2 seconds' WHERE rank % 6 = 0) talk
"""
EXCHANGES = """
INSERT INTO exchanges (id, attempt_id, no, path, marked_at, request_sealed, tries, sent, status, answered_at, elapsed_ms)
SELECT gen_random_uuid(), t.id, 1, '/x', t.started_at, '\\x00', 1, 'answered', 200, t.ended_at,
    80 + 40 * (row_number() OVER (ORDER BY a.key, t.no) % 9)
FROM attempts t JOIN asks a ON a.id = t.ask_id WHERE a.channel = :channel AND a.key LIKE 'm%' AND t.outcome = 'answered'
"""


def month(tx: Transaction, channel: str, now: datetime, seed: int = 0) -> None:
    """Thirty days up to a moment; the same for the same seed."""
    for statement in (ASKS, TALKS, EXCHANGES):
        values = {"channel": channel, "now": now, "seed": seed}
        tx.execute(text(statement), {key: each for key, each in values.items() if f":{key}" in statement})
