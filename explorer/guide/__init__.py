"""The user guide in Japanese and English: the same Markdown on the page 使い方 and for those who read the files."""
