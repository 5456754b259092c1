"""What operators ask: whom an event concerned and who was sent it, who is connected, how the nodes
are. It asks all nodes, and puts together what they, the log and the emissions say."""
