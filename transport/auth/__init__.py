"""Who is asking: access tokens, their keys, and whose pages may call; it knows no route and no
socket."""
