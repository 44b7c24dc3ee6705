/// What slurmctld says of itself.
package struct ControllerFacts: Codable, Hashable, Sendable {
    /// Its release, such as `22.05.8`.
    package var version: String?
    /// The user it runs as (SlurmUser).
    package var slurmUser: UInt32
    /// Its clock when it answered, in seconds since 1970.
    package var clock: Int
    /// The program that reboots a node; nil where slurm.conf names none.
    package var rebootProgram: String?
}
