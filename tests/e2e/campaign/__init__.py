"""The campaign of alerts: channels with receivers that fail, senders that are killed, a disk that fills up."""
