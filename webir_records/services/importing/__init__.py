"""Take in what was made elsewhere: folders of scans with an index, and bags of an archive like this one."""
