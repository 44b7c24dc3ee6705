report_mount
say end 1
