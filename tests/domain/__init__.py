"""Tests of the rules that need neither database nor clock."""
