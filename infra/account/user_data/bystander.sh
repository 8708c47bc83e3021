#!/bin/sh
# First boot of a harmless host: now and then it looks at the buckets and uploads the report of the day.
# LAB_PREFIX puts every file below another root. CloudFormation's Fn::Sub fills in what stands in dollar and braces.
set -e
root=$LAB_PREFIX
set -u
umask 077

systemctl disable --now amazon-ssm-agent || true

mkdir -p "$root/opt/report" "$root/etc/systemd/system"

cat > "$root/opt/report/run" << 'END'
#!/bin/sh
set -eu
report=$(mktemp)
trap 'rm -f "$report"' EXIT
uptime > "$report"
aws s3api list-buckets --region '${AWS::Region}' --query 'length(Buckets)'
aws s3api put-object --region '${AWS::Region}' --bucket '${Bucket}' --body "$report" \
  --key "reports/host-${Host}/daily-$(date -u +%d).csv"
END
chmod 700 "$root/opt/report/run"

cat > "$root/etc/systemd/system/report.service" << END
[Unit]
Description=The report of the day
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=$root/opt/report/run
END

cat > "$root/etc/systemd/system/report.timer" << END
[Unit]
Description=Report now and then

[Timer]
OnActiveSec=2min
OnUnitInactiveSec=20min
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target
END

systemctl daemon-reload
systemctl enable --now report.timer
