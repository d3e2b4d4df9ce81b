"""What holds for every test of the repository, the plugins' too."""

pytest_plugins = ["pytester", "tests.support.articles", "tests.support.selection"]
