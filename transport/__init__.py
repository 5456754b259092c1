"""What the world sees: HTTP, Socket.IO, who is asking, and what a refusal looks like."""
