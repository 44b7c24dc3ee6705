# One process reads all tables, the kernel log (its standard input) and the tasks' states. Its arguments: files of the apt
# configuration, and of tasks. Files that are not there count as empty.
# shellcheck disable=SC2016
survey_program='
    function read_fstab(    path, place) {
        while ((getline < (root "/etc/fstab")) > 0) {
            if ($1 ~ /^#/ || NF < 3) continue
            path = $2
            if (path != "/") sub(/\/+$/, "", path)
            if (!(path in wanted)) continue
            fstab[path] = sprintf("fstab_source=%s\nfstab_type=%s\nfstab_options=%s", $1, $3, $4)
        }
    }
    # A file system that turned itself read-only says so in its own options, the last field.
    function read_mounts(    i) {
        while ((getline < (root "/proc/self/mountinfo")) > 0) {
            entries++
            if (!($5 in wanted)) continue
            for (i = 7; i <= NF && $i != "-"; i++) ;
            mounts[$5] = sprintf("mount_type=%s\nmount_source=%s\nmount_options=%s,%s", $(i + 1), $(i + 2), $6, $(i + 3))
        }
    }
    function read_file_systems() {
        registered = "no"
        while ((getline < (root "/proc/filesystems")) > 0) if ($NF == "lustre") registered = "yes"
    }
    # The last word of the apt configuration, in the order of its files, counts.
    function read_upgrades(file,    line) {
        while ((getline line < file) > 0)
            if (line ~ /^ *APT::Periodic::Unattended-Upgrade +"/) upgrades = (line ~ /"0"/) ? "no" : "yes"
        close(file)
    }
    function read_arguments(    i) {
        for (i = 1; i < ARGC; i++) {
            if (ARGV[i] ~ /\/stat$/) tasks[i] = ARGV[i]
            else read_upgrades(ARGV[i])
            ARGV[i] = ""
        }
    }
    # Kernel threads, which rest in state I all their life, are the children of the second task.
    function read_kernel_threads(    line, ids, i) {
        if ((getline line < (root "/proc/2/task/2/children")) <= 0) return
        i = split(line, ids, " ")
        while (i > 0) kthread[ids[i--]] = 1
    }
    # A task may be gone before it is read, and mawk(1) ends for that: all else has been printed by then.
    function read_tasks(    i) {
        read_kernel_threads()
        for (i = 1; i < ARGC; i++) if (tasks[i] != "") {
            look_at(tasks[i])
            looked = 1
        }
        if (points != "" && looked) print "tasks=read"
    }
    function look_at(file,    line, parts, name, rest, words) {
        split(substr(file, length(root) + 1), parts, "/")
        if (parts[3] in kthread || (getline line < file) <= 0) return
        close(file)
        # The name stands in brackets and may hold anything.
        if (!match(line, /\(.*\) /)) return
        name = substr(line, RSTART + 1, RLENGTH - 3)
        rest = substr(line, RSTART + RLENGTH)
        split(rest, words, " ")
        if (words[1] != "D" && words[1] != "I") return
        # The flag of kernel threads, for kernels without the list of children.
        if (int(words[7] / 2097152) % 2) return
        gsub(/[^A-Za-z0-9_.:+-]/, "_", name)
        printf "task=%s %s %s %s\n", parts[3], parts[5], words[1], name
    }
    function note(kind, key, line) {
        if (!((kind, key) in count)) {
            # A storm of others must not hide the one after which nothing may be touched.
            if (kinds >= 64 && kind != "lbug") return
            kinds++
        }
        count[kind, key]++
        last[kind, key] = line
        when[kind, key] = stamp
    }
    function forget(pair) { delete count[pair]; kinds-- }
    function drop(kind, key) { if ((kind, key) in count) forget(kind SUBSEP key) }
    # word_before(TEXT, MARK): the word that ends where MARK begins.
    function word_before(text, mark,    words, n) {
        n = split(substr(text, 1, index(text, mark) - 1), words, " ")
        return n ? words[n] : "-"
    }
    function word_after(text, mark,    words) {
        split(substr(text, index(text, mark) + length(mark)), words, /[ ;,]/)
        return words[1] == "" ? "-" : words[1]
    }
    function read_log(line,    pair, name) {
        stamp = "-"
        if (match(line, /^\[ *[0-9]+\.[0-9]+\]/)) stamp = substr(line, 2, RLENGTH - 2) + 0
        if (line ~ /was evicted by /) note("evicted", word_after(line, "was evicted by "), line)
        else if (line ~ /: Connection to .* was lost/) note("lost", word_before(line, ": Connection to "), line)
        else if (line ~ /: Connection restored to /) drop("lost", word_before(line, ": Connection restored to "))
        else if (line ~ /LBUG|LustreError.*ASSERTION\(.*failed/) note("lbug", "-", line)
        else if (line ~ /(rc = |rc |\()-110/) note("timeout", "-", line)
        else if (line ~ /nfs: server .* not responding/) note("lost", "nfs:" word_after(line, "nfs: server "), line)
        else if (line ~ /nfs: server .* OK/) drop("lost", "nfs:" word_after(line, "nfs: server "))
        else if (line ~ /(Mounted|Unmounted) [^ ]*-client/) {
            # A new mount, or none, has no old connection.
            name = word_after(line, "ounted ")
            sub(/-client$/, "", name)
            for (pair in count) if (index(pair, "lost" SUBSEP name "-") == 1) forget(pair)
        }
    }
    # The line behind the sections says that they are whole.
    function read_all(    i, number, list) {
        number = split(points, list, " ")
        for (i = 1; i <= number; i++) wanted[list[i]] = 1
        read_fstab()
        read_mounts()
        read_file_systems()
        read_arguments()
        for (i = 1; i <= number; i++) {
            printf "mount=%s\n", list[i]
            if (list[i] in mounts) print mounts[list[i]]
            if (list[i] in fstab) print fstab[list[i]]
        }
        printf "mount=\nmount_table=%s\nfilesystem_registered=%s\n", entries ? "yes" : "no", registered
        if (upgrades != "") printf "automatic_upgrades=%s\n", upgrades
    }
    # Without a mount point it reads tasks alone, or without any a kernel log.
    BEGIN { if (points != "") read_all(); else if (ARGC > 1) read_arguments() }
    { lines++ }
    /Lustre|LBUG|nfs: server/ { read_log($0) }
    END {
        if (lines) print "log=read"
        for (pair in count) {
            split(pair, names, SUBSEP)
            printf "event=%s %d %s %s %s\n", names[1], count[pair], when[pair], names[2], substr(last[pair], 1, 300)
        }
        if (ARGC > 1) read_tasks()
    }'
