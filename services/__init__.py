"""The processes of Cloud Inbox, one folder each; they meet only in the broker and the store."""
