import Foundation

/// Damaged inputs for a reader, as many as time allows, within limits of memory and time.
///
/// ```swift
/// await #expect(processExitsWith: .success) {
///     Fuzzing.run("records", pieces: ["nonce=abc"]) { _ = try? Record(bytes: $0, key: key) }
/// }
/// ```
///
/// In a process of its own: what hangs is ended by the kernel, what grows finds no memory, and both fail the test. The
/// environment says how long and from where: FLEET_FUZZ_SECONDS (0: a few cases, so that `make unit-test` stays short), and
/// FLEET_FUZZ_SEED, which a failure names (the time).
package enum Fuzzing {
    private static let environment = ProcessInfo.processInfo.environment
    /// FLEET_FUZZ_SECONDS, which `.ci/run` sets: how long a target runs, in seconds; 0 where it is not set.
    package static let seconds = environment["FLEET_FUZZ_SECONDS"].flatMap(Double.init) ?? 0
    /// Where the random numbers begin.
    package static let seed =
        environment["FLEET_FUZZ_SEED"].flatMap(UInt64.init) ?? UInt64(Date().timeIntervalSince1970)
    /// How many rounds a test makes that counts them, or how large its input is.
    ///
    /// `make fuzz` finds the suites whose files ask this (`scripts/at-length`).
    ///
    /// - Parameters:
    ///   - all: While fuzzing: what it takes to trust the answer.
    ///   - few: Else: what fits among unit tests, which together have a minute.
    /// - Returns: The number.
    package static func rounds(_ all: Int, few: Int) -> Int { seconds > 0 ? all : few }
    /// Which cases a test tries whose every case costs a process or seconds: all while fuzzing, else a few from all over.
    package static func some<Case>(_ all: [Case], few: Int) -> [Case] {
        let count = rounds(all.count, few: min(few, all.count))
        return (0..<count).map { all[$0 * all.count / count] }
    }

    /// What one input may take of a core, in seconds; a sanitizer or a busy machine makes all slower, not a core.
    private static let mostPerInput = 5.0
    /// What the whole process may hold, in bytes.
    private static let mostMemory = 2 << 30

    /// The inputs that are kept for a target: `Tests/Corpora/NAME`.
    package static func corpus(_ name: String) -> [[UInt8]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Corpora/\(name)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap {
            try? Array(Data(contentsOf: folder.appendingPathComponent($0)))
        }
    }

    /// Feeds a reader until the time is over; ends the process with a code of 1 where one input took too long.
    ///
    /// - Parameters:
    ///   - name: The target: where its inputs are kept.
    ///   - more: Inputs that are made by the tests.
    ///   - pieces: What means something to the reader.
    ///   - shares: How many runs of this target share its time in one process.
    ///   - read: The reader.
    package static func run(
        _ name: String, and more: [[UInt8]] = [], pieces: [String] = [],
        shares: Int = 1, _ read: ([UInt8]) -> Void
    ) {
        limit()
        let inputs = corpus(name) + more
        guard !inputs.isEmpty else { fail("there is no corpus '\(name)'") }
        let pieces = pieces.map { Array($0.utf8) } + common
        var random = SeededRandom(seed)
        for input in inputs { read(input) }
        let end = Date().addingTimeInterval(seconds / Double(shares))
        let kept = "\(NSTemporaryDirectory())/fleet-fuzz-\(name)-\(getpid())"
        var count = 0
        // Some in any case: other tests may take all of the time.
        while Date() < end || count < 50 {
            var bytes = inputs.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                damage(&bytes, pieces, &random)
            }
            let begin = processorSeconds
            // What ends the process, or is ended by the kernel, can say nothing: its input lies here.
            _ = FileManager.default.createFile(
                atPath: kept, contents: Data(bytes))
            read(bytes)
            let taken = processorSeconds - begin
            if taken > mostPerInput {
                fail(
                    "\(name): case \(count) of seed \(seed) took \(taken) s: \(Data(bytes.prefix(4_096)).base64EncodedString())"
                )
            }
            count += 1
        }
        try? FileManager.default.removeItem(atPath: kept)
        print("fuzz \(name): \(count) inputs, seed \(seed)")
    }

    /// What means something to many readers.
    private static let common: [[UInt8]] =
        [
            "\u{0}", "\n", " ", "\"", "\\", "{", "}", "[", "]", ":", ",", "=", "-1", "0",
            "99999999999999999999", "1e999", "null", "[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":",
            "&a [*a,*a]", "*a", "[1-99999999]", "[0-9][0-9][0-9][0-9][0-9]",
        ].map { Array($0.utf8) } + [[0xff, 0xfe], [0xed, 0xa0, 0x80]]

    private static func damage(
        _ bytes: inout [UInt8], _ pieces: [[UInt8]], _ random: inout SeededRandom
    ) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...200, using: &random))
        let piece = pieces.randomElement(using: &random) ?? []
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 3: bytes.insert(contentsOf: piece, at: place)
        case 4: bytes.removeSubrange(place...)
        case 5:
            // Growth shows where something is there very often.
            let times = Int.random(in: 1...2_000, using: &random)
            bytes.insert(contentsOf: [[UInt8]](repeating: piece, count: times).joined(), at: place)
        default: bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: piece)
        }
    }

    // MARK: - Limits

    private static func limit() {
        // A sanitizer maps memory of its own.
        guard environment["FLEET_SANITIZED"] == nil else { return }
        var memory = rlimit(rlim_cur: rlim_t(mostMemory), rlim_max: rlim_t(mostMemory))
        var time = rlimit(
            rlim_cur: rlim_t(seconds * 2 + 60), rlim_max: rlim_t(seconds * 2 + 60))
        let data = __rlimit_resource_t(UInt32(RLIMIT_DATA.rawValue))
        let processor = __rlimit_resource_t(UInt32(RLIMIT_CPU.rawValue))
        guard unsafe setrlimit(data, &memory) == 0, unsafe setrlimit(processor, &time) == 0
        else { fail("the limits cannot be set") }
    }

    private static var processorSeconds: Double {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func fail(_ words: String) -> Never {
        FileHandle.standardError.write(Data("fuzz: \(words)\n".utf8))
        exit(1)
    }
}
