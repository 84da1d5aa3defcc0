"""Names the rules know by class: countries, demonyms, places, languages, peoples, agencies.

`terms.tsv` is made by build.py from pycountry and from the lists in `sources/`. At run time each
name in a text is replaced by one upper-case letter that stands for its classes (folded text has
no other upper-case letters but `X`), which keeps frames small and treats all names alike.
"""
