"""Socket.IO over long-polling and WebSockets: python-socketio and python-engineio on Sanic, with
bounds and checks that they lack. It knows no channel, actor or log."""
