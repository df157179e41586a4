"""Sending back: what is open becomes a packet for each unit, one folder for each person who is to be told."""
