"""From content to files: .docx, .pdf, .xlsx, .zip. They decide how things look, never what is said or who may have it."""
