"""What holds for every test of the repository, the plugins' too."""

from hypothesis import settings

pytest_plugins = ["pytester", "tests.support.articles", "tests.support.selection"]

# An example takes as long as a busy machine lets it: a deadline would fail on the machine, not on the code.
settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")
