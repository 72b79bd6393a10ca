"""The newer commands of the command line, a module for each group; ``acadsite.cli`` registers them."""
