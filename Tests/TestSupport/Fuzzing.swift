import Foundation

/// How long and how hard tests try what nobody thought of: damage, and processes that are killed anywhere.
///
/// Without FLEET_FUZZ_SECONDS, which `.ci/run` sets, they try a few cases each, so that `make unit-test` stays short.
package enum Fuzzing {
    /// FLEET_FUZZ_SECONDS: how long a reader gets damaged answers; 0 where it is not set.
    package static let seconds =
        ProcessInfo.processInfo.environment["FLEET_FUZZ_SECONDS"].flatMap(Double.init) ?? 0

    /// FLEET_FUZZ_SEED, which a failure names, or another one in each run.
    package static let seed =
        ProcessInfo.processInfo.environment["FLEET_FUZZ_SEED"].flatMap(UInt64.init)
        ?? UInt64(Date().timeIntervalSince1970)

    /// How many rounds a test makes that counts them.
    ///
    /// - Parameters:
    ///   - all: While fuzzing.
    ///   - few: Else.
    /// - Returns: The number.
    package static func rounds(_ all: Int, few: Int) -> Int { seconds > 0 ? all : few }
}
