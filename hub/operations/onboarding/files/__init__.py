"""Reading the licence officer's list: safely, line by line, with every fault named by cell (R7.1)."""
