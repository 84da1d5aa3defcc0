"""What office files say beside their pages, read from the files themselves, inside the cage.

Two rules: what is hidden by a mark of the format (a hidden row, a comment) is listed as such; and
every other text of the file is listed as doubtful, so that whatever the pages turn out not to show,
by any trick, is searched as well (`aside.unseen`).
"""
