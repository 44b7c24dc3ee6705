import FoundationEssentials

/// ParallelCluster's own program, as fleet calls it: one method per call, its JSON as values.
package struct Pcluster: Sendable {
    /// The output of pcluster when it refuses a request: exit code 1, and this document on standard output.
    struct Refusal: Decodable {
        var message: String?
        var configurationValidationErrors: [Message]?
        var validationMessages: [Message]?
        var updateValidationErrors: [Message]?
        var changeSet: [ConfigurationChange]?
    }

    /// One of its validators' messages.
    package struct Message: Hashable, Sendable, Decodable {
        /// `ERROR`, `WARNING` or `INFO`.
        package var level: String?
        /// The validator.
        package var type: String?
        /// In pcluster's words.
        package var message: String?
        /// For an update: the parameter.
        package var parameter: String?
        /// For an update: the value it has.
        package var currentValue: String?
        /// For an update: the value it would get.
        package var requestedValue: String?
    }

    /// The result of a dry run.
    package struct DryRun: Hashable, Sendable {
        /// Whether the request would have succeeded; nil where pcluster could not tell.
        package var passes: Bool?
        /// The validators' messages.
        package var messages: [Message]
        /// pcluster's own last word.
        package var message: String
        /// The exit code.
        package var code: Int32
        /// For an update: the changes it would make.
        package var changes: [ConfigurationChange]
    }

    private let runner: any ProgramRunning
    private let region: String

    /// How long one call may take, in seconds: a create needs 40 s of CPU time, and its validators send AWS many
    /// requests.
    private static let patience = 120.0
    private static let longPatience = 600.0

    /// The message of a dry run that passed, which ends with exit code 1.
    private static let dryRunPassed = "Request would have succeeded, but DryRun flag is set."

    /// Where and how it is called.
    package init(runner: any ProgramRunning, region: String) {
        self.runner = runner
        self.region = region
    }

    // MARK: - Command lines

    /// `pcluster create-cluster`.
    package static func create(
        _ name: String, configuration: String, region: String, isDryRun: Bool, keepsFailure: Bool
    ) -> [String] {
        ["create-cluster", "--cluster-name", name, "--cluster-configuration", configuration]
            + ["--region", region]
            + (keepsFailure ? ["--rollback-on-failure", "false"] : [])
            + (isDryRun ? ["--dryrun", "true"] : [])
    }

    /// `pcluster update-cluster`.
    package static func update(
        _ name: String, configuration: String, region: String, isDryRun: Bool
    ) -> [String] {
        ["update-cluster", "--cluster-name", name, "--cluster-configuration", configuration]
            + ["--region", region] + (isDryRun ? ["--dryrun", "true"] : [])
    }

    private func arguments(_ command: String, _ name: String? = nil, _ rest: [String] = [])
        -> [String]
    {
        [command] + (name.map { ["--cluster-name", $0] } ?? []) + ["--region", region] + rest
    }

    // MARK: - Calls

    /// Its release, such as `3.14.0`.
    package func version() async throws(ClusterError) -> String {
        struct Answer: Decodable { var version: String }
        return try await ask(["version"], as: Answer.self).version
    }

    /// A cluster.
    package func describe(_ name: String) async throws(ClusterError) -> ClusterDescription {
        try await ask(arguments("describe-cluster", name), as: ClusterDescription.self)
    }

    /// The clusters of the region, including those of other pcluster releases.
    package func list() async throws(ClusterError) -> [ClusterDescription] {
        struct Answer: Page {
            var clusters: [ClusterDescription]
            var nextToken: String?
        }
        return try await pages("list-clusters", nil, as: Answer.self).flatMap(\.clusters)
    }

    /// A cluster's instances.
    package func instances(_ name: String) async throws(ClusterError) -> [ClusterInstance] {
        struct Answer: Page {
            var instances: [ClusterInstance]
            var nextToken: String?
        }
        return try await pages("describe-cluster-instances", name, as: Answer.self)
            .flatMap(\.instances)
    }

    /// The compute fleet's state, such as `RUNNING`.
    package func fleet(_ name: String) async throws(ClusterError) -> String {
        struct Answer: Decodable { var status: String }
        return try await ask(arguments("describe-compute-fleet", name), as: Answer.self).status
    }

    /// Starts or stops the compute fleet.
    ///
    /// - Returns: The state it has then.
    package func setFleet(_ name: String, isStart: Bool) async throws(ClusterError) -> String {
        struct Answer: Decodable { var status: String }
        let status = isStart ? "START_REQUESTED" : "STOP_REQUESTED"
        return try await ask(
            arguments("update-compute-fleet", name, ["--status", status]), as: Answer.self
        ).status
    }

    /// The names of a cluster's log streams.
    package func logStreams(_ name: String) async throws(ClusterError) -> [String] {
        struct Stream: Decodable { var logStreamName: String }
        struct Answer: Page {
            var logStreams: [Stream]
            var nextToken: String?
        }
        return try await pages("list-cluster-log-streams", name, as: Answer.self)
            .flatMap(\.logStreams).map(\.logStreamName)
    }

    /// The last lines of a log stream.
    ///
    /// - Parameters:
    ///   - name: The cluster.
    ///   - stream: The stream's full name; to be one of ``logStreams(_:)``.
    ///   - limit: How many lines.
    /// - Returns: The lines, the oldest first.
    /// - Throws: A ``ClusterError``.
    package func logEvents(
        _ name: String, stream: LogStream, limit: Int
    ) async throws(ClusterError) -> [LogLine] {
        struct Event: Decodable {
            var timestamp: String?
            var message: String?
        }
        struct Answer: Decodable { var events: [Event] }
        let answer = try await ask(
            arguments(
                "get-cluster-log-events", name,
                ["--log-stream-name", stream.name, "--limit", String(limit)]), as: Answer.self)
        return answer.events.map {
            LogLine(
                stream: stream.short, time: $0.timestamp.flatMap(CloudTime.seconds) ?? 0,
                text: $0.message ?? "")
        }.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
    }

    /// Deletes a cluster.
    ///
    /// - Returns: What is being deleted.
    package func delete(_ name: String) async throws(ClusterError) -> ClusterDescription {
        struct Answer: Decodable { var cluster: ClusterDescription }
        return try await ask(arguments("delete-cluster", name), as: Answer.self).cluster
    }

    /// Creates a cluster.
    ///
    /// - Returns: pcluster's whole answer, and the cluster in it.
    package func create(
        _ name: String, configuration: String, keepsFailure: Bool
    ) async throws(ClusterError) -> (text: String, cluster: ClusterDescription) {
        try await begin(
            Self.create(
                name, configuration: configuration, region: region, isDryRun: false,
                keepsFailure: keepsFailure), "create \(name)")
    }

    /// Updates a cluster.
    ///
    /// - Returns: pcluster's whole answer, and the cluster in it.
    package func update(
        _ name: String, configuration: String
    ) async throws(ClusterError) -> (text: String, cluster: ClusterDescription) {
        try await begin(
            Self.update(name, configuration: configuration, region: region, isDryRun: false),
            "update \(name)")
    }

    private func begin(
        _ arguments: [String], _ what: String
    ) async throws(ClusterError) -> (text: String, cluster: ClusterDescription) {
        struct Answer: Decodable { var cluster: ClusterDescription }
        let answer = try await runner.run("pcluster", arguments, seconds: Self.longPatience)
        guard answer.code == 0 else { throw refusal(answer, what) }
        return (answer.output, try decode(answer, as: Answer.self, what).cluster)
    }

    /// Asks whether a create or an update would succeed.
    ///
    /// - Parameter arguments: Of ``create(_:configuration:region:isDryRun:keepsFailure:)`` or
    ///   ``update(_:configuration:region:isDryRun:)``.
    /// - Returns: The answer of pcluster; an answer that says neither yes nor no is no error here.
    /// - Throws: A ``ClusterError`` where pcluster, Node.js or credentials are missing, or no answer came.
    package func dryRun(_ arguments: [String]) async throws(ClusterError) -> DryRun {
        let answer = try await runner.run("pcluster", arguments, seconds: Self.longPatience)
        guard let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.output.utf8))
        else {
            return DryRun(
                passes: nil, messages: [], message: words(answer), code: answer.code, changes: [])
        }
        let errors =
            (refusal.configurationValidationErrors ?? []) + (refusal.updateValidationErrors ?? [])
        let message = refusal.message ?? ""
        let isPassed = message.hasPrefix(Self.dryRunPassed)
        if !isPassed, errors.isEmpty {
            let error = ClusterError.telling("pcluster", message, given: arguments)
            if [.credentials, .missing, .permission, .throttled].contains(error.kind) {
                throw error
            }
        }
        return DryRun(
            passes: isPassed ? true : errors.isEmpty ? nil : false,
            messages: errors + (refusal.validationMessages ?? []), message: message,
            code: answer.code, changes: refusal.changeSet ?? [])
    }

    // MARK: - Answers

    /// Every page of an answer that comes in several.
    private func pages<Answer: Page>(
        _ command: String, _ name: String?, as type: Answer.Type
    ) async throws(ClusterError) -> [Answer] {
        var all: [Answer] = []
        var seen: Set<String> = []
        var token: String?
        repeat {
            let next = token.map { ["--next-token", $0] } ?? []
            let page = try await ask(arguments(command, name, next), as: type)
            all.append(page)
            token = page.nextToken
            // Asking on with a token that was used would never end.
            if let token, !seen.insert(token).inserted {
                throw ClusterError(
                    .unclear, "pcluster \(command)", "its pages go round in a circle")
            }
        } while token != nil
        return all
    }

    private func ask<Answer: Decodable>(
        _ arguments: [String], as type: Answer.Type
    ) async throws(ClusterError) -> Answer {
        let what = ProgramRunner.shown("pcluster", arguments)
        let answer = try await runner.run("pcluster", arguments, seconds: Self.patience)
        guard answer.code == 0 else { throw refusal(answer, what) }
        return try decode(answer, as: type, what)
    }

    private func decode<Answer: Decodable>(
        _ answer: ProgramAnswer, as type: Answer.Type, _ what: String
    ) throws(ClusterError) -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(answer.output.utf8))
        } catch {
            let start = String(answer.output.prefix(80)).trimmingBlanks()
            throw ClusterError(
                .unclear, what,
                start.isEmpty ? "no answer" : "an answer that is not pcluster's JSON: \(start)",
                next: "~/.parallelcluster/pcluster-cli.log")
        }
    }

    private func refusal(_ answer: ProgramAnswer, _ what: String) -> ClusterError {
        ClusterError.telling(what, words(answer))
    }

    private func words(_ answer: ProgramAnswer) -> String {
        let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.output.utf8))
        let errors =
            (refusal?.configurationValidationErrors ?? []) + (refusal?.updateValidationErrors ?? [])
        let words = ([refusal?.message] + errors.map(\.message)).compactMap { $0 }
        if !words.isEmpty { return words.joined(separator: "; ") }
        let start = String(answer.output.prefix(200)).trimmingBlanks()
        return answer.complaint
            ?? (start.isEmpty ? "exit code \(answer.code), without a word" : start)
    }
}

/// A part of a long answer.
private protocol Page: Decodable {
    /// What asks for the next part; nil in the last one.
    var nextToken: String? { get }
}

/// A change that an update would make, as pcluster's changeSet has it.
package struct ConfigurationChange: Hashable, Sendable, Decodable {
    /// Such as `Scheduling.SlurmQueues[compute-gpu].ComputeResources[distributed-ml].MaxCount`.
    package var parameter: String
    /// The value it has.
    package var currentValue: String?
    /// The value it would get.
    package var requestedValue: String?

    private enum CodingKeys: String, CodingKey { case parameter, currentValue, requestedValue }

    /// Reads a change; a value that is not a text is kept as JSON.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        parameter = try fields.decode(String.self, forKey: .parameter)
        currentValue = Self.text(fields, .currentValue)
        requestedValue = Self.text(fields, .requestedValue)
    }

    private static func text(
        _ fields: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys
    ) -> String? {
        if let text = try? fields.decode(String.self, forKey: key) { return text }
        if let number = try? fields.decode(Int.self, forKey: key) { return String(number) }
        if let flag = try? fields.decode(Bool.self, forKey: key) { return String(flag) }
        return fields.contains(key) && (try? fields.decodeNil(forKey: key)) == false
            ? "(a section)" : nil
    }
}

/// A log stream of a cluster: `ip-10-1-0-5.i-0123456789abcdef0.chef-client`.
package struct LogStream: Hashable, Sendable {
    /// Its full name.
    package var name: String

    /// Takes a name.
    package init(name: String) {
        self.name = name
    }

    /// Its short name, such as `chef-client`.
    package var short: String { name.split(separator: ".").last.map(String.init) ?? name }
    /// The host, such as `ip-10-1-0-5`.
    package var host: String { name.split(separator: ".").first.map(String.init) ?? name }
    /// The instance; empty where the name has none.
    package var instance: String {
        let parts = name.split(separator: ".")
        return parts.count > 2 ? String(parts[parts.count - 2]) : ""
    }
}
