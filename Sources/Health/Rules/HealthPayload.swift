import FanOut
import Verdicts

/// One payload out of those of several probes: their scripts run side by side, each under its own deadline.
enum HealthPayload {
    /// Seconds that the payload has beyond its slowest part: to end one that ignores TERM, and to send all answers home.
    static let restSeconds = 10

    /// The payload.
    ///
    /// A script that several parts have in common travels once.
    static func payload(of parts: [HealthPart]) -> Payload {
        var scripts: [String] = []
        var words: [String] = []
        var slowest = 1
        for part in parts {
            let payload = part.probe.payload
            let script = script(of: payload)
            let place = scripts.firstIndex(of: script) ?? scripts.count
            if place == scripts.count { scripts.append(script) }
            let variables = variables(of: payload)
            words += [
                "\(payload.timeout)", payload.wantsRoot ? "1" : "0", part.need.rawValue,
                "\(place + 1)", "\(variables.count)",
            ]
            words += variables
            slowest = max(slowest, payload.timeout)
        }
        var payload = Payload(
            script: String(decoding: PackageResources.health_sh, as: UTF8.self),
            variables: ["LC_ALL=C", "FLEET_PART_BYTES=\(HealthAnswer.partLimit)"],
            timeout: slowest + restSeconds)
        payload.arguments += ["\(scripts.count)"] + scripts + words
        return payload
    }

    /// A script's text, as ``Payload/init(script:variables:timeout:wantsRoot:)`` puts it.
    private static func script(of payload: Payload) -> String {
        payload.arguments.dropLast().last ?? ""
    }

    private static func variables(of payload: Payload) -> [String] {
        Array(payload.arguments.dropFirst().dropLast(4))
    }
}
