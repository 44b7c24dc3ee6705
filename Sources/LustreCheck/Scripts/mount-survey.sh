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
    # A file system that became read-only by itself shows that in its own options, the last field.
    function read_mounts(    i) {
        while ((getline < (root "/proc/self/mountinfo")) > 0) {
            entries++
            for (i = 7; i <= NF && $i != "-"; i++) ;
            if ($(i + 1) == "lustre" && !($(i + 2) in lustre)) {
                lustre[$(i + 2)] = 1
                systems++
            }
            if (!($5 in wanted)) continue
            mounts[$5] = sprintf("mount_type=%s\nmount_source=%s\nmount_options=%s,%s", $(i + 1), $(i + 2), $6, $(i + 3))
        }
    }
    function read_file_systems() {
        registered = "no"
        while ((getline < (root "/proc/filesystems")) > 0) if ($NF == "lustre") registered = "yes"
    }
    # apt reads its configuration files in order, and the last value counts.
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
    # Kernel threads are always in state I; they are the children of the second task.
    function read_kernel_threads(    line, ids, i) {
        if ((getline line < (root "/proc/2/task/2/children")) <= 0) return
        i = split(line, ids, " ")
        while (i > 0) kthread[ids[i--]] = 1
    }
    # A task may end before it is read, and mawk(1) then exits: everything else has been printed by then.
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
        # The name is in parentheses and may contain any character.
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
    # system_of KEY: the file system of a target.
    function system_of(key) {
        sub(/-(OST|MDT)[0-9a-f]+.*/, "", key)
        return key
    }
    function note(kind, key, line,    fs) {
        fs = system_of(key)
        if (!((kind, key) in count)) {
            # Many events of one kind must not hide the event that forbids access, so each kind and file system has
            # its own limit.
            if (kinds[kind, fs] >= 32 && kind != "lbug") return
            kinds[kind, fs]++
        }
        count[kind, key]++
        last[kind, key] = line
        when[kind, key] = stamp
        delete doubted[kind, key]
    }
    function forget(pair,    names) {
        split(pair, names, SUBSEP)
        delete count[pair]
        kinds[names[1], system_of(names[2])]--
    }
    # Handles a connection that came back. The kernel prints only some of these lines when there are many at once, so
    # the connections lost before this line may be back too.
    function restore(key,    pair, names) {
        for (pair in count) {
            split(pair, names, SUBSEP)
            if (names[1] != "lost") continue
            if (names[2] == key) forget(pair)
            else if (key !~ /^nfs:/ && names[2] !~ /^nfs:/) doubted[pair] = 1
        }
    }
    # A server that evicted the client can be reached.
    function evict(line,    key, pair, names) {
        key = word_after(message, "was evicted by ")
        for (pair in count) {
            split(pair, names, SUBSEP)
            if (names[1] == "lost" && index(names[2], key "-") == 1) doubted[pair] = 1
        }
        note("evicted", key, line)
    }
    # A new mount, or an unmount, ends all old connections and earlier faults. A fault of an unknown file system ends
    # too when there is no other file system.
    function renew(fs,    pair, names) {
        for (pair in count) {
            split(pair, names, SUBSEP)
            if (names[1] == "lbug") continue
            if (system_of(names[2]) == fs || (names[2] == "-" && systems < 2)) forget(pair)
        }
    }
    # word_before(TEXT, MARK): the word that ends where MARK begins.
    function word_before(text, mark,    words, n) {
        n = split(substr(text, 1, index(text, mark) - 1), words, " ")
        return n ? words[n] : "-"
    }
    function word_after(text, mark,    words) {
        split(substr(text, index(text, mark) + length(mark)), words, /[ ;,]/)
        return words[1] == "" ? "-" : words[1]
    }
    function target_in(text) {
        return match(text, /[A-Za-z0-9_-]+-(OST|MDT)[0-9a-f]+/) ? substr(text, RSTART, RLENGTH) : "-"
    }
    # Sets `stamp` to the seconds after boot, and `message` to the text of the kernel. Before the text come a level,
    # the time, the writer, and in a log of syslogd or the journal the host. Nothing further inside the text is
    # searched: programs choose their names, and the kernel prints these.
    function open_line(line) {
        message = line
        stamp = "-"
        sub(/^<[0-9]+>/, "", message)
        sub(/^([A-Z][a-z][a-z] +[0-9]+ [0-9:.]+|[0-9]+-[0-9]+-[0-9]+[T ][^ ]+) [^ ]+ kernel: */, "", message)
        if (match(message, /^\[ *[0-9]+\.[0-9]+\]/)) {
            stamp = substr(message, 2, RLENGTH - 2) + 0
            message = substr(message, RLENGTH + 1)
        } else sub(/^\[[^]]*\]/, "", message)
        sub(/^ +/, "", message)
        sub(/^\[ *[TC][0-9]+\] */, "", message)
        if (journal) sub(/^[^ ]+ kernel: */, "", message)
    }
    function read_log(line,    name) {
        open_line(line)
        if (message ~ /^nfs: server .* not responding/) note("lost", "nfs:" word_after(message, "nfs: server "), line)
        else if (message ~ /^nfs: server .* OK/) restore("nfs:" word_after(message, "nfs: server "))
        else if (message ~ /^(Lustre|LNet)(Error)?: [0-9]+:[0-9]+:\([^()]*\(\)\) (LBUG|ASSERTION\()/) note("lbug", "-", line)
        else if (message !~ /^Lustre(Error)?: /) return
        else if (message ~ /: This client was evicted by /) evict(line)
        else if (message ~ /: Connection to .* was lost/) note("lost", word_before(message, ": Connection to "), line)
        else if (message ~ /: Connection restored to /) restore(word_before(message, ": Connection restored to "))
        else if (message ~ /(Mounted|Unmounted) [^ ]*-client/) {
            name = word_after(message, "ounted ")
            sub(/-client.*/, "", name)
            renew(name)
        } else if (message ~ /(rc|\()[ :=]*-110([^0-9]|$)/) {
            # Lines about a failed mount or about the management server do not concern a mounted file system.
            if (message !~ /Unable to mount|-client|MGC|MGS|process(ing|_)? ?log/) note("timeout", target_in(message), line)
        }
    }
    # The line after the sections says that they are complete.
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
    # Without a mount point it reads only the tasks, or without tasks only a kernel log.
    BEGIN { if (points != "") read_all(); else if (ARGC > 1) read_arguments(); else read_mounts() }
    { lines++ }
    /Lustre|LNet|nfs: server/ { read_log($0) }
    END {
        if (lines) print "log=read"
        for (pair in count) {
            split(pair, names, SUBSEP)
            if (pair in doubted) names[1] = "doubt"
            printf "event=%s %d %s %s %s\n", names[1], count[pair], when[pair], names[2], substr(last[pair], 1, 300)
        }
        if (ARGC > 1) read_tasks()
    }'
