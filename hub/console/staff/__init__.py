"""Staff: users and their posts, signing in, tokens, leave."""
