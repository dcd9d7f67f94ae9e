"""TERP's own checks of its data, as SQL for MySQL and MariaDB: release gates, nightly jobs, audits, and rules of its code.

A: release gate; B: scheduled jobs; C: audit of relationships; D: data quality; E: test of seeded data; F to H: rules of the code.
Three are worded so that an open sale, a quarantined batch and an invoice made by hand can exist at all (C7, F1, H1).
"""

from typing import NamedTuple


class Own(NamedTuple):
    """An Own is one check: its number, what it looks for, what it must answer (a number, or `>0`), and its SQL."""

    number: str
    looks_for: str
    expected: object
    sql: str


CHECKS = (
    Own(
        "A1",
        "INV-001 gate",
        0,
        "SELECT COUNT(*) FROM batches WHERE deleted_at IS NULL AND "
        "LEAST(onHandQty,sampleQty,reservedQty,quarantineQty,holdQty,defectiveQty)<0",
    ),
    Own(
        "A2",
        "INV-002 gate",
        0,
        "SELECT COUNT(*) FROM batches WHERE deleted_at IS NULL AND reservedQty>onHandQty",
    ),
    Own(
        "A3",
        "AR-001 gate",
        0,
        "SELECT COUNT(*) FROM invoices WHERE deleted_at IS NULL AND ABS(amountDue-(totalAmount-amountPaid))>0.01",
    ),
    Own(
        "A4",
        "AR-002 gate",
        0,
        "SELECT COUNT(*) FROM invoices i WHERE i.deleted_at IS NULL AND ABS(i.amountPaid-(SELECT COALESCE(SUM(p.amount),0) "
        "FROM payments p WHERE p.invoiceId=i.id AND p.deleted_at IS NULL))>0.01",
    ),
    Own(
        "A5",
        "ORD-001 gate",
        0,
        "SELECT COUNT(*) FROM orders o JOIN (SELECT order_id,SUM(quantity*unit_price) s FROM order_line_items GROUP BY 1) l ON "
        "l.order_id=o.id WHERE ABS(COALESCE(o.total,0)-l.s)>0.01",
    ),
    Own(
        "A6",
        "ORD-REF gate",
        0,
        "SELECT COUNT(*) FROM order_line_items l LEFT JOIN orders o ON o.id=l.order_id WHERE o.id IS NULL",
    ),
    Own(
        "A7",
        "CLI-001 gate",
        0,
        "SELECT COUNT(*) FROM supplier_profiles s JOIN clients c ON c.id=s.client_id WHERE COALESCE(c.is_seller,0)=0",
    ),
    Own(
        "A8",
        "PAY-001 gate",
        0,
        "SELECT COUNT(*) FROM payments WHERE deleted_at IS NULL AND amount<=0",
    ),
    Own(
        "B1",
        "AR reconciliation cron",
        0,
        "SELECT COUNT(*) FROM clients c LEFT JOIN (SELECT customerId,SUM(amountDue) d FROM invoices WHERE deleted_at IS NULL "
        "AND status NOT IN('VOID','PAID') GROUP BY 1) i ON i.customerId=c.id WHERE c.deleted_at IS NULL AND "
        "ABS(COALESCE(i.d,0)-c.total_owed)>0.01",
    ),
    Own(
        "B2",
        "AR reconciliation, orphans",
        0,
        "SELECT COUNT(*) FROM (SELECT i.customerId,SUM(i.amountDue) d FROM invoices i LEFT JOIN clients c ON c.id=i.customerId "
        "AND c.deleted_at IS NULL WHERE c.id IS NULL AND i.deleted_at IS NULL AND i.status NOT IN('VOID','PAID') GROUP BY 1 "
        "HAVING d>0.01) x",
    ),
    Own(
        "B3",
        "GL balance cron",
        1,
        "SELECT ABS(COALESCE(SUM(debit),0)-COALESCE(SUM(credit),0))<=0.01 FROM ledgerEntries WHERE deleted_at IS NULL",
    ),
    Own(
        "B4",
        "GL single direction (CHECK constraint)",
        0,
        "SELECT COUNT(*) FROM ledgerEntries WHERE debit<>0 AND credit<>0",
    ),
    Own(
        "B5",
        "quote expiry cron finds",
        0,
        "SELECT COUNT(*) FROM orders WHERE orderType='QUOTE' AND quoteStatus='SENT' AND deleted_at IS NULL AND valid_until<NOW()",
    ),
    Own(
        "B6",
        "overdue job would find",
        0,
        "SELECT COUNT(*) FROM invoices WHERE deleted_at IS NULL AND status IN('SENT','VIEWED','PARTIAL') AND dueDate<CURDATE()",
    ),
    Own(
        "C1",
        "audit: confirmed orders without lines",
        0,
        "SELECT COUNT(*) FROM orders o LEFT JOIN order_line_items l ON l.order_id=o.id WHERE o.is_draft=0 AND l.id IS NULL",
    ),
    Own(
        "C2",
        "audit: lines without batch",
        0,
        "SELECT COUNT(*) FROM order_line_items l LEFT JOIN batches b ON b.id=l.batch_id WHERE b.id IS NULL",
    ),
    Own(
        "C3",
        "audit: movements without batch",
        0,
        "SELECT COUNT(*) FROM inventoryMovements m LEFT JOIN batches b ON b.id=m.batchId WHERE b.id IS NULL",
    ),
    Own(
        "C4",
        "audit: invoices without lines",
        0,
        "SELECT COUNT(*) FROM invoices i LEFT JOIN invoiceLineItems l ON l.invoiceId=i.id WHERE l.id IS NULL",
    ),
    Own(
        "C5",
        "audit: received payments, invoice gone",
        0,
        "SELECT COUNT(*) FROM payments p LEFT JOIN invoices i ON i.id=p.invoiceId WHERE p.paymentType='RECEIVED' AND "
        "p.invoiceId IS NOT NULL AND i.id IS NULL",
    ),
    Own(
        "C6",
        "audit: ledger rows, account gone",
        0,
        "SELECT COUNT(*) FROM ledgerEntries e LEFT JOIN accounts a ON a.id=e.accountId WHERE a.id IS NULL",
    ),
    Own(
        "C7",
        "shipped sales without valid invoice_id",
        0,
        "SELECT COUNT(*) FROM orders o LEFT JOIN invoices i ON i.id=o.invoice_id WHERE o.orderType='SALE' AND o.is_draft=0 AND "
        "o.shipped_at IS NOT NULL AND i.id IS NULL",
    ),
    Own(
        "C8",
        "audit: client_activity, client gone",
        0,
        "SELECT COUNT(*) FROM client_activity a LEFT JOIN clients c ON c.id=a.client_id WHERE c.id IS NULL",
    ),
    Own(
        "D1",
        "quality: total against lines",
        0,
        "SELECT COUNT(*) FROM orders o JOIN (SELECT order_id,SUM(line_total) s FROM order_line_items GROUP BY 1) l ON "
        "l.order_id=o.id WHERE ABS(o.total-l.s)>0.01",
    ),
    Own(
        "D2",
        "quality: order, invoice, payment dates",
        0,
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.id=o.invoice_id JOIN payments p ON p.invoiceId=i.id WHERE "
        "o.created_at>i.invoiceDate OR i.invoiceDate>p.paymentDate",
    ),
    Own(
        "D3",
        "D2 through referenceId",
        0,
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id JOIN payments p ON "
        "p.invoiceId=i.id WHERE o.created_at>i.invoiceDate OR i.invoiceDate>p.paymentDate",
    ),
    Own(
        "E1",
        "seeded: subtotal against lines",
        0,
        "SELECT COUNT(*) FROM orders o LEFT JOIN (SELECT order_id,SUM(line_total) s FROM order_line_items GROUP BY 1) l ON "
        "l.order_id=o.id WHERE ABS(o.subtotal-COALESCE(l.s,0))>0.01",
    ),
    Own(
        "E2",
        "seeded: orders without history",
        0,
        "SELECT COUNT(*) FROM orders o LEFT JOIN order_status_history h ON h.order_id=o.id WHERE h.id IS NULL",
    ),
    Own(
        "E3",
        "seeded: batches without lot",
        0,
        "SELECT COUNT(*) FROM batches b LEFT JOIN lots l ON l.id=b.lotId WHERE l.id IS NULL",
    ),
    Own(
        "E4",
        "seeded: movements exist, none below 0",
        (">0", 0),
        "SELECT COUNT(*),COALESCE(SUM(quantityBefore<0 OR quantityAfter<0),0) FROM inventoryMovements",
    ),
    Own(
        "E5",
        "seeded: no future timestamps",
        0,
        "SELECT (SELECT COUNT(*) FROM orders WHERE created_at>NOW())+(SELECT COUNT(*) FROM inventoryMovements WHERE "
        "createdAt>NOW())+(SELECT COUNT(*) FROM client_communications WHERE communicated_at>NOW())",
    ),
    Own(
        "E6",
        "seeded: activity without metadata",
        0,
        "SELECT COUNT(*) FROM client_activity WHERE metadata IS NULL",
    ),
    Own(
        "E7",
        "seeded: profiles without rules",
        0,
        "SELECT COUNT(*) FROM pricing_profiles WHERE rules IS NULL",
    ),
    Own(
        "F1",
        "all buckets within on hand, what is quarantined aside",
        0,
        "SELECT COUNT(*) FROM batches WHERE deleted_at IS NULL AND "
        "reservedQty+holdQty+IF(batchStatus='QUARANTINED',0,quarantineQty)>onHandQty",
    ),
    Own(
        "F2",
        "LIVE needs stock",
        0,
        "SELECT COUNT(*) FROM batches WHERE batchStatus='LIVE' AND onHandQty<=0",
    ),
    Own(
        "F3",
        "QUARANTINED keeps stock in quarantineQty only",
        0,
        "SELECT COUNT(*) FROM batches WHERE batchStatus='QUARANTINED' AND NOT(onHandQty=0 AND quarantineQty>0)",
    ),
    Own(
        "F4",
        "finished photos have an image",
        0,
        "SELECT COUNT(*) FROM batches b WHERE isPhotographyComplete=1 AND NOT EXISTS(SELECT 1 FROM product_images p WHERE "
        "p.batch_id=b.id AND p.deleted_at IS NULL AND (p.status IS NULL OR p.status IN('APPROVED','PENDING')))",
    ),
    Own(
        "F5",
        "live stock not older than 30 days",
        ">0",
        "SELECT COUNT(*) FROM batches WHERE batchStatus='LIVE' AND onHandQty>0 AND "
        "CEIL(TIMESTAMPDIFF(SECOND,createdAt,NOW())/86400)<=30",
    ),
    Own(
        "F6",
        "lots without supplier client",
        0,
        "SELECT COUNT(*) FROM lots WHERE deleted_at IS NULL AND supplier_client_id IS NULL",
    ),
    Own(
        "F7",
        "vendors without supplier client",
        0,
        "SELECT COUNT(*) FROM vendors v LEFT JOIN supplier_profiles s ON s.legacy_vendor_id=v.id LEFT JOIN clients c ON "
        "c.id=s.client_id AND c.is_seller=1 WHERE c.id IS NULL",
    ),
    Own(
        "F8",
        "sellers without profile",
        0,
        "SELECT COUNT(*) FROM clients c LEFT JOIN supplier_profiles s ON s.client_id=c.id WHERE c.is_seller=1 AND s.id IS NULL",
    ),
    Own(
        "F9",
        "lot vendor against supplier client",
        0,
        "SELECT COUNT(*) FROM lots l JOIN supplier_profiles s ON s.client_id=l.supplier_client_id WHERE "
        "NOT(s.legacy_vendor_id<=>l.vendorId)",
    ),
    Own(
        "G1",
        "quotes with invoice",
        0,
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id WHERE "
        "o.orderType='QUOTE'",
    ),
    Own(
        "G2",
        "unshipped sales with invoice",
        0,
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id AND i.status<>'VOID' "
        "WHERE o.orderType='SALE' AND o.shipped_at IS NULL",
    ),
    Own(
        "G3",
        "invoice pair without orders.invoice_id",
        0,
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id WHERE "
        "o.orderType='SALE' AND NOT(o.invoice_id<=>i.id)",
    ),
    Own(
        "G4",
        "CONVERTED quotes: converted_at and one sale",
        0,
        "SELECT COUNT(*) FROM orders q WHERE q.quoteStatus='CONVERTED' AND (q.converted_at IS NULL OR (SELECT COUNT(*) FROM "
        "orders s WHERE s.converted_from_order_id=q.id AND s.orderType='SALE')<>1)",
    ),
    Own(
        "G5",
        "sales with converted_at",
        0,
        "SELECT COUNT(*) FROM orders WHERE orderType='SALE' AND converted_at IS NOT NULL",
    ),
    Own(
        "G6",
        "PACKED and later without bags",
        0,
        "SELECT COUNT(*) FROM orders o WHERE o.fulfillmentStatus "
        "IN('PACKED','SHIPPED','DELIVERED','RETURNED','RESTOCKED','RETURNED_TO_VENDOR') AND NOT EXISTS(SELECT 1 FROM "
        "order_bags b WHERE b.order_id=o.id)",
    ),
    Own(
        "G7",
        "returned orders without returns",
        0,
        "SELECT COUNT(*) FROM orders o WHERE o.fulfillmentStatus IN('RETURNED','RESTOCKED','RETURNED_TO_VENDOR') AND NOT "
        "EXISTS(SELECT 1 FROM returns r WHERE r.order_id=o.id)",
    ),
    Own(
        "G8",
        "RETURNED_TO_VENDOR without vendor_returns",
        0,
        "SELECT COUNT(*) FROM orders o WHERE o.fulfillmentStatus='RETURNED_TO_VENDOR' AND NOT EXISTS(SELECT 1 FROM "
        "vendor_returns r WHERE r.order_id=o.id)",
    ),
    Own(
        "G9",
        "open quote line above available",
        0,
        "SELECT COUNT(*) FROM orders o JOIN JSON_TABLE(o.items,'$[*]' COLUMNS(b INT PATH '$.batchId',q DECIMAL(15,4) PATH "
        "'$.quantity')) j JOIN batches b ON b.id=j.b WHERE o.orderType='QUOTE' AND o.quoteStatus IN('UNSENT','SENT','VIEWED') "
        "AND (b.batchStatus<>'LIVE' OR j.q>GREATEST(0,b.onHandQty-b.reservedQty-b.quarantineQty-b.holdQty))",
    ),
    Own(
        "G10",
        "reserved against open sales",
        0,
        "SELECT COUNT(*) FROM batches b LEFT JOIN (SELECT j.b,SUM(j.q) q FROM orders o JOIN JSON_TABLE(o.items,'$[*]' "
        "COLUMNS(b INT PATH '$.batchId',q DECIMAL(15,4) PATH '$.quantity',s BOOL PATH '$.isSample')) j WHERE "
        "o.orderType='SALE' AND o.is_draft=0 AND o.deleted_at IS NULL AND o.fulfillmentStatus "
        "IN('CONFIRMED','READY_FOR_PACKING','PACKED') AND COALESCE(j.s,0)=0 GROUP BY 1) r ON r.b=b.id WHERE "
        "ABS(b.reservedQty-COALESCE(r.q,0))>0.0001",
    ),
    Own(
        "G11",
        "saleStatus against invoice status",
        0,
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id WHERE "
        "o.orderType='SALE' AND o.saleStatus<>CASE i.status WHEN 'PAID' THEN 'PAID' WHEN 'PARTIAL' THEN 'PARTIAL' WHEN "
        "'OVERDUE' THEN 'OVERDUE' WHEN 'VOID' THEN 'CANCELLED' ELSE 'PENDING' END",
    ),
    Own(
        "G12",
        "line JSON against table",
        0,
        "SELECT COUNT(*) FROM orders o WHERE JSON_LENGTH(o.items)<>(SELECT COUNT(*) FROM order_line_items l WHERE "
        "l.order_id=o.id)",
    ),
    Own(
        "H1",
        "ledger rows of an invoice: none of a draft, four of a sale, else two",
        0,
        "SELECT COUNT(*) FROM invoices i WHERE (SELECT COUNT(*) FROM ledgerEntries e WHERE e.referenceType='INVOICE' AND "
        "e.referenceId=i.id)<>CASE WHEN i.status='DRAFT' THEN 0 WHEN i.referenceType='ORDER' THEN 4 ELSE 2 END",
    ),
    Own(
        "H2",
        "payments without 2 ledger rows",
        0,
        "SELECT COUNT(*) FROM payments p WHERE p.deleted_at IS NULL AND (SELECT COUNT(*) FROM ledgerEntries e WHERE "
        "e.referenceType='PAYMENT' AND e.referenceId=p.id)<>2",
    ),
    Own(
        "H3",
        "months of invoices and payments without period",
        0,
        "SELECT COUNT(*) FROM (SELECT invoiceDate d FROM invoices UNION SELECT paymentDate FROM payments UNION SELECT "
        "CURDATE()) x LEFT JOIN fiscalPeriods f ON x.d BETWEEN f.startDate AND f.endDate WHERE f.id IS NULL",
    ),
    Own(
        "H4",
        "consigned batches without payable",
        0,
        "SELECT COUNT(*) FROM batches b LEFT JOIN vendor_payables v ON v.batch_id=b.id AND v.deleted_at IS NULL WHERE "
        "b.ownership_type='CONSIGNED' AND v.id IS NULL",
    ),
    Own(
        "H5",
        "chain of movements ends at onHandQty",
        0,
        "SELECT COUNT(*) FROM batches b WHERE b.onHandQty<>COALESCE((SELECT m.quantityAfter FROM inventoryMovements m WHERE "
        "m.batchId=b.id AND m.deleted_at IS NULL ORDER BY m.createdAt DESC,m.id DESC LIMIT 1),0)",
    ),
    Own(
        "H6",
        "locations sum to onHandQty",
        0,
        "SELECT COUNT(*) FROM batches b WHERE b.onHandQty<>COALESCE((SELECT SUM(qty) FROM batchLocations l WHERE "
        "l.batchId=b.id AND l.deleted_at IS NULL),0)",
    ),
    Own(
        "H7",
        "products without strain row",
        0,
        "SELECT COUNT(*) FROM products p LEFT JOIN strains s ON s.id=p.strainId WHERE p.deleted_at IS NULL AND s.id IS NULL",
    ),
    Own(
        "H8",
        "total_spent against non-void sale invoices",
        0,
        "SELECT COUNT(*) FROM clients c WHERE ABS(c.total_spent-COALESCE((SELECT SUM(i.totalAmount) FROM invoices i JOIN "
        "orders o ON i.referenceType='ORDER' AND o.id=i.referenceId WHERE i.customerId=c.id AND i.status NOT "
        "IN('VOID','DRAFT')),0))>0.01",
    ),
)
