import Foundation
import Testing

/// `list`, against a pcluster that answers for two regions and is refused in a third.
@Suite("the clusters of one region, and of all")
struct ListCommandTests {
    private static let pcluster = """
        case "$*" in
        version*) echo '{"version": "3.14.0"}' ;;
        *us-east-1*--next-token*) echo '{"clusters": [{"clusterName": "late", "version": "3.14.0", \
        "clusterStatus": "CREATE_COMPLETE", "cloudformationStackStatus": "CREATE_COMPLETE"}]}' ;;
        *us-east-1*) echo '{"nextToken": "a b", "clusters": [{"clusterName": "ml\\u001b[2J", \
        "clusterStatus": "DELETE_FAILED"}]}' ;;
        *eu-north-1*) echo '{"clusters": [{"clusterName": "old", "version": "3.11.1"}]}' ;;
        *) echo '{"message": "An error occurred (AccessDenied) \\u001b[31mno"}'; exit 1 ;;
        esac
        """

    private static func aws(_ regions: [String]) -> String {
        let rows = regions.map { #"{"RegionName": "\#($0)"}"# }.joined(separator: ", ")
        return "echo '{\"Regions\": [\(rows)]}'"
    }

    @Test("Every page of a region is shown, and what is not known of a cluster is a question mark")
    func oneRegion() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(pcluster: Self.pcluster)
            let found = try await desk.fleet("list")
            #expect(found.code == 0 && found.err.isEmpty, "\(found.err)")
            let rows = found.lines.map { $0.split(separator: " ").joined(separator: " ") }
            #expect(
                rows == [
                    "NAME REGION STATUS STACK PCLUSTER",
                    "ml\\x1b[2J us-east-1 DELETE_FAILED ? ? (here is 3.14.0)",
                    "late us-east-1 CREATE_COMPLETE CREATE_COMPLETE 3.14.0",
                ])
            #expect(
                desk.calls() == [
                    "pcluster version", "pcluster list-clusters --region us-east-1",
                    "pcluster list-clusters --region us-east-1 --next-token a b",
                ])
            // What one region refuses is the end where nothing else was asked.
            let refused = try await desk.fleet("list", "-r", "ap-south-1")
            #expect(refused.code == 3 && refused.out.isEmpty)
            #expect(!refused.err.contains("\u{1b}"))
        }
    }

    @Test("Regions are asked in the order of their names; one that cannot be asked is named")
    func allRegions() async {
        await #expect(processExitsWith: .success) {
            let desk = try CommandDesk(
                pcluster: Self.pcluster, aws: Self.aws(["us-east-1", "ap-south-1", "eu-north-1"]))
            let found = try await desk.fleet("list", "--all-regions", "--format", "json")
            #expect(found.code == 2)
            #expect(
                found.err
                    == "fleet: warning: ap-south-1: An error occurred (AccessDenied) \\x1b[31mno\n")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(found.out.utf8)) as? [String: Any])
            #expect(document["schema"] as? String == "fleet.cluster.list/1")
            #expect(document["regions_not_asked"] as? [String] == ["ap-south-1"])
            let clusters = try #require(document["clusters"] as? [[String: Any]])
            #expect(
                clusters.compactMap { $0["region"] as? String } == [
                    "eu-north-1", "us-east-1", "us-east-1",
                ])
            let asked = desk.calls().filter { $0.contains("list-clusters") }
            #expect(asked.map { $0.contains("ap-south-1") } == [true, false, false, false])
        }
    }

    @Test("No region at all is no account without clusters")
    func noRegion() async {
        await #expect(processExitsWith: .success) {
            let silent = "it ended well, but gave no answer"
            for (aws, words) in [
                (Self.aws([]), "names no region"), ("echo '{}'", "names no region"),
                ("true", silent),
            ] {
                let desk = try CommandDesk(pcluster: Self.pcluster, aws: aws)
                let found = try await desk.fleet("list", "--all-regions")
                #expect(found.code == 2 && found.out.isEmpty)
                #expect(
                    found.err == "fleet: error: aws ec2 describe-regions: \(words)\n")
            }
        }
    }
}
