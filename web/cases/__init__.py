"""What one case shows and lets one do: its page, its tasks, its acts."""
