/// What sites and users set once: from files, then the environment; flags come after both.
package struct FleetConfiguration: Hashable, Sendable {
    private var values: [Setting: SettingValue] = [:]

    /// What files say about findings, by code.
    package var checks: [String: CheckSetting] = [:]

    /// Makes a configuration that sets nothing.
    package init() {}

    /// What a file or a variable says; nil where none does.
    package subscript(setting: Setting) -> SettingValue? {
        get { values[setting] }
        set { values[setting] = newValue }
    }

    /// The value in force: what was set, else the default.
    package func value(of setting: Setting) -> SettingValue {
        values[setting] ?? SettingValue(setting.row.standard, from: .standard)
    }

    /// Everything the other sets wins.
    package func overridden(by other: FleetConfiguration) -> FleetConfiguration {
        var result = self
        result.values.merge(other.values) { $1 }
        result.checks.merge(other.checks) { $1 }
        return result
    }
}
