"""The commands, a module per person who types them; nothing else imports this room."""
