"""What describes the API to people and programs: OpenAPI, AsyncAPI and the pages made of them."""
