"""The backend of MySQL and MariaDB."""
