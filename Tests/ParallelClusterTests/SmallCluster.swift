import ParallelCluster

/// The smallest configuration of which no rule has anything to say, with places for what a test adds.
struct SmallCluster {
    var region = "us-east-1"
    var image = ["Os: ubuntu2204"]
    var head = [
        "Iam:", "  AdditionalIamPolicies:",
        "    - Policy: arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ]
    var settings: [String] = []
    var queue: [String] = []
    var counts = ["MinCount: 1", "MaxCount: 1"]
    var type = "c5.large"
    var resource: [String] = []
    var rest: [String] = []

    private static func indented(_ lines: [String], _ depth: Int) -> String {
        lines.map { String(repeating: " ", count: depth) + $0 + "\n" }.joined()
    }

    var text: String {
        """
        Region: \(region)
        Image:
        \(Self.indented(image, 2))HeadNode:
          InstanceType: m5.xlarge
          Networking:
            SubnetId: subnet-01234567
        \(Self.indented(head, 2))Scheduling:
          Scheduler: slurm
        \(Self.indented(settings, 2))  SlurmQueues:
            - Name: q
        \(Self.indented(queue, 6))      ComputeResources:
                - Name: r
                  InstanceType: \(type)
        \(Self.indented(counts + resource, 10))\(Self.indented(rest, 0))
        """
    }

    /// What the rules find, as rule and text of the line that is named.
    func findings(
        clusterName: String? = nil, region: String? = nil, release: String? = nil
    ) -> [(finding: RuleFinding, line: String)] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return OfflineRules.findings(
            in: text, clusterName: clusterName, region: region, release: release
        ).map { finding in
            let line = finding.line.flatMap { lines.indices.contains($0 - 1) ? $0 - 1 : nil }
            return (finding, line.map { String(lines[$0]) } ?? "")
        }
    }

    /// The names of the rules that found something.
    var rules: [String] { findings().map(\.finding.rule).sorted() }
}
