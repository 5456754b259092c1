"""The shapes of what comes in and goes out, the same for HTTP and for sockets, and their decoding;
it knows neither."""
