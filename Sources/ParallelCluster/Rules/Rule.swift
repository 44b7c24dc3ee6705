/// What fleet checks in a cluster configuration before anything is sent to AWS.
package enum Rule: String, CaseIterable, Hashable, Sendable {
    case yamlLeftover = "yaml.leftover"
    case yamlKey = "yaml.key"
    case id = "id"
    case region = "region"
    case name = "name"
    case countOrder = "count.order"
    case countDynamic = "count.dynamic"
    case reservationPlacement = "cr.placement"
    case reservationCount = "cr.count"
    case reservationBlock = "cr.block"
    case efaPlacement = "efa.placement"
    case efaType = "efa.type"
    case efaGPUDirect = "efa.gdr"
    case storageMount = "storage.mount"
    case storageReserved = "storage.reserved"
    case storageLustreOS = "storage.lustre_os"
    case osGone = "os.gone"
    case ssmPolicy = "ssm.policy"
    case headTime = "time.head"
    case slurmDenied = "slurm.denied"
    case scriptPin = "script.pin"
    case awsReservation = "aws.cr"
    case awsScript = "aws.script"
    case awsHeadNetwork = "aws.head_net"
    case awsQuota = "aws.quota"
    case efaPublicAddress = "efa.public_ip"

    /// Whether the rule needs credentials: without them its verdict is unknown.
    package var needsAWS: Bool {
        switch self {
        case .awsReservation, .awsScript, .awsHeadNetwork, .awsQuota, .efaPublicAddress: true
        default: false
        }
    }

    /// The source of the rule: pcluster's own validator, the operator's guide, AWS's documents, or a public issue.
    package var source: String {
        switch self {
        case .yamlLeftover: "fleet; pcluster's schema names some of them"
        case .yamlKey: "pcluster's schema (3.14.0 and 3.16.1)"
        case .id, .region: "pcluster's schema"
        case .name: "pcluster: NameValidator, ClusterNameValidator"
        case .countOrder: "pcluster: ComputeResourceSizeValidator"
        case .countDynamic: "the guide: ScaledownIdletime -1"
        case .reservationPlacement:
            "the guide; awsome-distributed-training issue 353 (pcluster only warns)"
        case .reservationCount: "the guide (pcluster is silent where MinCount is lower)"
        case .reservationBlock:
            "pcluster: InstanceTypePurchaseOptionValidator, ComputeResourceSizeValidator"
        case .efaPlacement: "pcluster: EfaPlacementGroupValidator"
        case .efaType: "pcluster: EfaValidator"
        case .efaGPUDirect: "fleet, from AWS's EFA guide (pcluster is silent on g5)"
        case .storageMount: "pcluster: DuplicateMountDirValidator (nested ones: fleet)"
        case .storageReserved: "pcluster: SharedStorageMountDirValidator; /home: fleet"
        case .storageLustreOS: "AWS: changelog of 3.13.0"
        case .osGone: "pcluster's schema (alinux2 and awsbatch until 3.16, ubuntu2004 until 3.14)"
        case .ssmPolicy: "the guide: connect goes through Session Manager"
        case .headTime:
            "aws-parallelcluster issue 3373; the cookbook's wait for the fleet has no limit"
        case .slurmDenied: "pcluster: CustomSlurmSettingsValidator"
        case .scriptPin: "fleet"
        case .awsReservation: "EC2 DescribeCapacityReservations; pcluster looks at a part of it"
        case .awsScript: "S3 HeadObject (pcluster accepts an object that is not there)"
        case .awsHeadNetwork: "aws-parallelcluster issues 4819, 1375"
        case .awsQuota: "Service Quotas L-DB2E81BA, L-417A185B"
        case .efaPublicAddress: "pcluster 3.16.1"
        }
    }

    /// What the rule checks and why it matters, for `--explain`.
    package var explanation: String {
        switch self {
        case .yamlLeftover:
            "No ${NAME}, $NAME or empty value may be left. pcluster calls a leftover in Script 'not a valid URL', "
                + "and an empty value 'may not be null', without the variable's name."
        case .yamlKey:
            "Every key must be one of pcluster's, and stand once in its mapping: of two equal keys one is silently lost."
        case .id:
            "Ids have the form AWS gives them: vpc-, subnet-, sg-, fs-, fsvol-, cr-, ami- and 8 or 17 digits; "
                + "scripts are s3:// or https:// addresses; instance types are FAMILY.SIZE."
        case .region: "Region is one, such as us-east-1, and the same as -r."
        case .name:
            "A cluster's name begins with a letter, has letters, digits and hyphens, and at most 60 of them (40 with a "
                + "Database); queues and compute resources lower case, at most 25, and not 'default'."
        case .countOrder: "MinCount is not above MaxCount (MaxCount is 10 where it is not set)."
        case .countDynamic:
            "With ScaledownIdletime -1 a node above MinCount is started by a job and never shut down again: it costs "
                + "until somebody stops it."
        case .reservationPlacement:
            "A capacity reservation lies in no placement group: with PlacementGroup on, EC2 finds no capacity "
                + "(InsufficientInstanceCapacity) although the reservation is free."
        case .reservationCount:
            "A reservation's nodes are static: MinCount = MaxCount. With MinCount 0 nothing starts and the reservation "
                + "is paid for."
        case .reservationBlock:
            "CapacityType CAPACITY_BLOCK goes with a reservation of type capacity-block, and MinCount = MaxCount > 0."
        case .efaPlacement:
            "With Efa on, PlacementGroup/Enabled must be said, true or false: pcluster refuses to choose."
        case .efaType:
            "Efa needs an instance type that has it: of g4dn, g5, g6, g6e and gr6 those from 8xlarge on."
        case .efaGPUDirect:
            "GdrSupport (GPUDirect RDMA) is for p4d, p4de, p5, p5e, p5en and p6; elsewhere it does nothing, and "
                + "with Efa off pcluster refuses it."
        case .storageMount:
            "Two storages at one place, or one inside the other, hide each other's files."
        case .storageReserved:
            "A storage over a system folder, or over /home, hides what the node needs there."
        case .storageLustreOS:
            "The official ubuntu2404 AMI of 3.13 has no Lustre client; later ones have. fleet cannot see the AMI here."
        case .osGone: "The OS or scheduler is not among those of ParallelCluster 3.14 to 3.16."
        case .ssmPolicy:
            "Without AmazonSSMManagedInstanceCore on the head node 'fleet cluster connect' cannot work; without a key "
                + "pair too, nothing can."
        case .headTime:
            "HeadNodeBootstrapTimeout is how long a stack that cannot finish says CREATE_IN_PROGRESS, since the head "
                + "node waits for its nodes without a limit of its own: 12 hours in the guide. fleet cluster watch "
                + "tells the reason long before."
        case .slurmDenied: "Settings that ParallelCluster makes itself cannot be set."
        case .scriptPin:
            "A script from a branch such as main may be another one tomorrow, on nodes that start then: name a commit, "
                + "or keep a copy in S3."
        case .awsReservation:
            "The reservation is active (a block may be scheduled), of the config's type, in its subnet's zone, and has "
                + "MaxCount instances free. One without an end date costs until it is cancelled."
        case .awsScript: "The s3:// script is there and may be read."
        case .awsHeadNetwork:
            "The head node's subnet gives public addresses or has a NAT: else it reaches no AWS service and the stack "
                + "hangs without a word."
        case .awsQuota: "The account's vCPU quota is enough for MinCount nodes."
        case .efaPublicAddress:
            "From 3.16.1 a one-card EFA type has two interfaces, and EC2 gives such an instance no public address: the "
                + "queue's subnet must not assign them."
        }
    }
}

/// One finding of a rule; a rule that passes has none.
package struct RuleFinding: Hashable, Sendable {
    /// The rule, or pcluster's validator as `pcluster.NAME`.
    package var rule: String
    /// How bad it is.
    package var verdict: RuleVerdict
    /// Where in the configuration, such as `HeadNode/Networking/SubnetId`; empty for the whole.
    package var path: String
    /// The line, from 1; nil where it is not known.
    package var line: Int?
    /// What was found.
    package var message: String
    /// What to do.
    package var remedy: String
    /// The source of the rule.
    package var source: String

    /// A finding of a rule at a node.
    init(
        _ rule: Rule, _ verdict: RuleVerdict, at node: ClusterNode?, _ message: String,
        remedy: String, detail: String? = nil
    ) {
        self.init(
            rule: detail.map { "\(rule.rawValue).\($0)" } ?? rule.rawValue, verdict: verdict,
            path: node?.path ?? "", line: node?.line, message: message, remedy: remedy,
            source: rule.source)
    }

    /// A finding of whatever source.
    package init(
        rule: String, verdict: RuleVerdict, path: String = "", line: Int? = nil, message: String,
        remedy: String = "", source: String
    ) {
        self.rule = rule
        self.verdict = verdict
        self.path = path
        self.line = line
        self.message = message
        self.remedy = remedy
        self.source = source
    }

    /// Finds a rule by the name that findings use: `id.subnet` is explained by `id`.
    package static func rule(named text: String) -> Rule? {
        Rule(rawValue: text)
            ?? text.firstIndex(of: ".").flatMap { Rule(rawValue: String(text[..<$0])) }
    }
}
