"""What a person at a desk meets: searching, going back, saving beside a colleague, a refusal, a session that ended."""
