if a # is it?
then b
# otherwise
else
  # nothing to do
  c # really
