/// How the client module is installed on a node of one distribution; the only table of package names.
package struct PackageFamily: Codable, Hashable, Sendable {
    /// os-release's ID, or `ID-VERSION_ID` where a release differs.
    package var id: String
    /// The package manager.
    package var manager: Manager
    /// The package of the module; `{kernel}` stands for the output of `uname -r`.
    package var module: String
    /// The package of mount.lustre.
    package var tools: String

    /// A package manager that fleet works with.
    package enum Manager: String, Codable, Hashable, Sendable {
        /// apt-get and dpkg.
        case apt
        /// dnf, or yum where dnf is not installed.
        case dnf
    }

    private static let aptModule = "lustre-client-modules-{kernel}"
    private static let aptTools = "lustre-client-utils"

    /// The table, with the package names of AWS's client repositories; the nodes of other distributions are matched
    /// by os-release's ID_LIKE.
    package static let table: [PackageFamily] = [
        PackageFamily(id: "ubuntu", manager: .apt, module: aptModule, tools: aptTools),
        PackageFamily(id: "debian", manager: .apt, module: aptModule, tools: aptTools),
        PackageFamily(id: "amzn", manager: .dnf, module: "lustre-client", tools: "lustre-client"),
        PackageFamily(
            id: "rhel", manager: .dnf, module: "kmod-lustre-client", tools: "lustre-client"),
        PackageFamily(
            id: "rocky", manager: .dnf, module: "kmod-lustre-client", tools: "lustre-client"),
        PackageFamily(
            id: "almalinux", manager: .dnf, module: "kmod-lustre-client", tools: "lustre-client"),
        PackageFamily(
            id: "centos", manager: .dnf, module: "kmod-lustre-client", tools: "lustre-client"),
    ]

    /// Makes a row.
    package init(id: String, manager: Manager, module: String, tools: String) {
        self.id = id
        self.manager = manager
        self.module = module
        self.tools = tools
    }

    /// Reads a row of a configuration, as in `ubuntu=lustre-client-modules-{kernel}`; nil for another form.
    ///
    /// `/TOOLS` names other tools, and `apt:` or `dnf:` before the packages is needed for a distribution that the
    /// table does not have. Everything else comes from the table.
    package init?(_ text: String) {
        let form = /([A-Za-z0-9._\-]+)=((apt|dnf):)?([A-Za-z0-9.+_{}\-]+)(\/([A-Za-z0-9.+_\-]+))?/
        guard let match = text.wholeMatch(of: form) else { return nil }
        id = String(match.1)
        let known = Self.table.first { [id = String(match.1)] row in
            row.id == id || id.hasPrefix(row.id + "-")
        }
        let manager = match.3.flatMap { Manager(rawValue: String($0)) } ?? known?.manager
        guard let manager else { return nil }
        self.manager = manager
        module = String(match.4)
        tools =
            match.6.map(String.init) ?? known?.tools
            ?? (manager == .apt ? Self.aptTools : "lustre-client")
    }

    /// The table with a configuration's rows before its own.
    package static func table(overriddenBy rows: [PackageFamily]) -> [PackageFamily] {
        rows + table.filter { row in !rows.contains { $0.id == row.id } }
    }

    /// The row in the form that the script reads; `;` separates rows.
    var words: String { "\(id) \(manager.rawValue) \(module) \(tools)" }
}
