"""What codes are called in the words of the office, zh-CN and English: states, reasons, settings."""
