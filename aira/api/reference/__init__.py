"""Turn the description of the API into a reference: names, texts, examples, guides, the page, and what may change."""
