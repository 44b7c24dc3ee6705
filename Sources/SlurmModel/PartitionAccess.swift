/// Who may use a partition: nil means that the list is not set, which allows everybody and denies nobody.
package struct PartitionAccess: Hashable, Sendable {
    /// The accounts allowed.
    package var allowedAccounts: [String]?
    /// The groups allowed.
    package var allowedGroups: [String]?
    /// The qualities of service allowed.
    package var allowedQOS: [String]?
    /// The nodes that jobs may be submitted from, as a hostlist.
    package var allowedSubmitNodes: String?
    /// The accounts denied; not looked at where accounts are allowed by name.
    package var deniedAccounts: [String]?
    /// The qualities of service denied; not looked at where some are allowed by name.
    package var deniedQOS: [String]?

    /// Access without any list.
    package init() {}
}
