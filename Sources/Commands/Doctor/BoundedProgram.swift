import Subprocess
import SystemPackage

/// A program that gets so much time, and is ended then.
struct BoundedProgram {
    /// How it ended.
    struct Ended {
        /// Whether it exited with 0.
        let isSuccess: Bool
        /// What it wrote to standard output.
        let output: String
        /// The first line it wrote to standard error; else of its output.
        let firstLine: String
    }

    /// Runs it.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments.
    ///   - input: What it reads.
    ///   - seconds: How long it may run.
    /// - Returns: nil where its time was over.
    /// - Throws: What starting it throws.
    static func run(
        _ path: String, _ arguments: [String], input: String = "", seconds: Double
    ) async throws -> Ended? {
        let (ends, continuation) = AsyncStream.makeStream(of: Result<Ended?, any Error>.self)
        // What it started may hold its streams for longer: then it is left behind.
        let work = Task.detached {
            do {
                continuation.yield(.success(try await end(path, arguments, input: input)))
            } catch {
                continuation.yield(.failure(error))
            }
        }
        let watch = Task.detached {
            try await Task.sleep(for: .seconds(seconds))
            continuation.yield(.success(nil))
        }
        defer {
            work.cancel()
            watch.cancel()
        }
        for await end in ends { return try end.get() }
        return nil
    }

    private static func end(
        _ path: String, _ arguments: [String], input: String
    ) async throws -> Ended {
        var platform = PlatformOptions()
        platform.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .milliseconds(200))
        ]
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments),
            platformOptions: platform, input: .string(input),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        let errors = result.standardError.split(whereSeparator: \.isNewline)
        let lines = result.standardOutput.split(whereSeparator: \.isNewline)
        return Ended(
            isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
            firstLine: String(errors.first ?? lines.first ?? ""))
    }
}
