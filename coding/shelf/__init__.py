"""What a coder keeps at hand: favourites, groups of codes, notes, comments, bookmarks; and what a code was used for here."""
