"""A log that was rewound: whoever saw more of it than is left is told, and begins anew."""
