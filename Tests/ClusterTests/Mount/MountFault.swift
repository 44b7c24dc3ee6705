import Testing

/// One way in which a node's Lustre can be broken, and what mount-lustre has to say about it.
struct MountFault: Sendable, CustomStringConvertible {
    /// A scenario of the demo cluster.
    var scenario: String
    /// A setting of the demo cluster that says more.
    var setting: Setting?
    /// The code of the row's first finding.
    var code: String
    /// What its message must hold: the tool's own words, and the cause.
    var says: [String]
    /// A part of its remedy.
    var remedy: String

    /// A setting of a node.
    struct Setting: Sendable {
        var key: String
        var value: String
    }

    init(_ scenario: String, _ code: String, _ says: [String], remedy: String) {
        self.scenario = scenario
        self.code = code
        self.says = says
        self.remedy = remedy
    }

    /// A module that modprobe cannot load.
    static func module(_ value: String, _ says: [String], remedy: String) -> MountFault {
        var fault = MountFault("lustre-unloadable", "mount.step.module-load", says, remedy: remedy)
        fault.setting = Setting(key: "module", value: value)
        return fault
    }

    /// A mount that mount.lustre refuses.
    static func mount(_ value: String, _ says: [String], remedy: String) -> MountFault {
        var fault = MountFault("lustre-unmounted", "mount.step.mount", says, remedy: remedy)
        fault.setting = Setting(key: "mount", value: value)
        return fault
    }

    /// Whether the row tells of this fault.
    func expect(in node: RunDocument.Node?) {
        guard let finding = node?.findings.first else {
            Issue.record("\(self): no finding, \(node?.outcome ?? "no row")")
            return
        }
        #expect(node?.verdict == "fail", "\(self)")
        #expect(finding.code == code, "\(self): \(finding.message)")
        for text in says {
            #expect(finding.message.contains(text), "\(self): \(finding.message)")
        }
        #expect(
            finding.remedy?.contains(remedy) == true, "\(self): \(finding.remedy ?? "no remedy")")
    }

    var description: String {
        setting.map { "\(scenario) (\($0.key) \($0.value))" } ?? scenario
    }
}
