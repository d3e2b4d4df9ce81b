"""House rules as tests: what style and design ask of the code, held by its own syntax."""
