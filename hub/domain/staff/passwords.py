"""Which passwords are accepted (R6.1)."""

from zxcvbn import zxcvbn

SHORTEST = 12
# Guesses that it must withstand: zxcvbn's own bound for "very unguessable", even if the slow hashes were stolen.
GUESSES = 10**10
# Words that a dictionary of English passwords does not know, but that everybody here would try.
OURS = ("yancao", "tobacco", "partnerhub", "烟草")
# Characters that zxcvbn looks at; its effort grows with their square.
LOOKED_AT = 72
# How many earlier passwords may not be used again.
KEPT = 5
# Days after which a password must be changed.
DAYS = 90


def weakness(password: str, login: str) -> str | None:
    """The key of the rule that the password breaks; None when it is accepted. Never repeats the password."""
    if len(password) < SHORTEST:
        return "short"
    classes = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    if sum(any(map(test, password)) for test in classes) < 3:
        return "plain"
    lowered = password.lower()
    if any(word in lowered for word in (login.lower(), *OURS)):
        return "common"
    guessed = zxcvbn(password[:LOOKED_AT], user_inputs=[login, *OURS])
    return "common" if guessed["guesses"] < GUESSES else None


WEAK: dict[str, tuple[str, str]] = {
    "short": ("密码至少 12 位", "At least 12 characters"),
    "plain": ("密码须包含大小写字母、数字、符号中的三类", "Three of: lower case, upper case, digits, signs"),
    "common": (
        "密码容易被猜出:含有本人账号、常见词(可能只加了年份、连号),或过于常见",
        "It is easily guessed: it holds your login or a common word (with a year or a run of digits, say), or is common",
    ),
    "used": ("最近 5 次用过的密码不能再用", "One of your last five passwords"),
}
