/// Which part of the history is asked for.
package struct HistoryFilter: Hashable, Sendable {
    /// Only checks of this name, or whose name begins with it and a blank; nil for all.
    package var check: String?
    /// Only what happened at or after this time, in seconds since 1970; nil for all.
    package var since: Int?
    /// Only the newest so many; nil for all.
    package var limit: Int?

    /// Makes a filter.
    package init(check: String? = nil, since: Int? = nil, limit: Int? = nil) {
        self.check = check
        self.since = since
        self.limit = limit
    }

    /// Whether a check's name is asked for: `check-mount` means every mount point, `check` every probe of `fleet check`.
    package func takes(check name: String) -> Bool {
        guard let check else { return true }
        return name == check || name.hasPrefix(check + " ")
    }
}
