"""The whole inbox on one machine, with customers who write: started, answered and shown in a terminal."""
