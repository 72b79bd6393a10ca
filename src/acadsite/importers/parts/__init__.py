"""What more than one importer needs: front matter in three notations, and old addresses that go on answering."""
