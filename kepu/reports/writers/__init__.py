"""From content to files: .docx, .pdf, .xlsx, .zip. They know nothing of the database."""
