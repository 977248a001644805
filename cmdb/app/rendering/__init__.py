"""Results as people and programs read them: data in, lines or plain JSON values out."""
