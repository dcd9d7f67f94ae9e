"""TERP's own checks of its data (its release gate, its jobs, its audits and the rules of its code), as SELECTs of SQLite.

Each counts what is wrong. `:now` and `:today` are the as-of day. C7, F1 and H1 are read so that a business can meet them.
"""

CHECKS = {
    "A1 INV-001 gate": (
        "SELECT COUNT(*) FROM batches WHERE deleted_at IS NULL AND "
        "MIN(onHandQty,sampleQty,reservedQty,quarantineQty,holdQty,defectiveQty)<0"
    ),
    "A2 INV-002 gate": ("SELECT COUNT(*) FROM batches WHERE deleted_at IS NULL AND reservedQty>onHandQty"),
    "A3 AR-001 gate": ("SELECT COUNT(*) FROM invoices WHERE deleted_at IS NULL AND ABS(amountDue-(totalAmount-amountPaid))>0.01"),
    "A4 AR-002 gate": (
        "SELECT COUNT(*) FROM invoices i WHERE i.deleted_at IS NULL AND ABS(i.amountPaid-(SELECT "
        "COALESCE(SUM(p.amount),0) FROM payments p WHERE p.invoiceId=i.id AND p.deleted_at IS NULL))>0.01"
    ),
    "A5 ORD-001 gate": (
        "SELECT COUNT(*) FROM orders o JOIN (SELECT order_id,SUM(quantity*unit_price) s FROM order_line_items GROUP BY 1)"
        " l ON l.order_id=o.id WHERE ABS(COALESCE(o.total,0)-l.s)>0.01"
    ),
    "A6 ORD-REF gate": ("SELECT COUNT(*) FROM order_line_items l LEFT JOIN orders o ON o.id=l.order_id WHERE o.id IS NULL"),
    "A7 CLI-001 gate": (
        "SELECT COUNT(*) FROM supplier_profiles s JOIN clients c ON c.id=s.client_id WHERE COALESCE(c.is_seller,0)=0"
    ),
    "A8 PAY-001 gate": ("SELECT COUNT(*) FROM payments WHERE deleted_at IS NULL AND amount<=0"),
    "B1 AR reconciliation cron": (
        "SELECT COUNT(*) FROM clients c LEFT JOIN (SELECT customerId,SUM(amountDue) d FROM invoices WHERE deleted_at IS "
        "NULL AND status NOT IN('VOID','PAID') GROUP BY 1) i ON i.customerId=c.id WHERE c.deleted_at IS NULL AND "
        "ABS(COALESCE(i.d,0)-c.total_owed)>0.01"
    ),
    "B2 AR reconciliation, orphans": (
        "SELECT COUNT(*) FROM (SELECT i.customerId,SUM(i.amountDue) d FROM invoices i LEFT JOIN clients c ON "
        "c.id=i.customerId AND c.deleted_at IS NULL WHERE c.id IS NULL AND i.deleted_at IS NULL AND i.status NOT "
        "IN('VOID','PAID') GROUP BY 1 HAVING d>0.01) x"
    ),
    "B3 GL balance cron": (
        "SELECT NOT (ABS(COALESCE(SUM(debit),0)-COALESCE(SUM(credit),0))<=0.01) FROM ledgerEntries WHERE deleted_at IS NULL"
    ),
    "B4 GL single direction (CHECK constraint)": ("SELECT COUNT(*) FROM ledgerEntries WHERE debit<>0 AND credit<>0"),
    "B5 quote expiry cron finds": (
        "SELECT COUNT(*) FROM orders WHERE orderType='QUOTE' AND quoteStatus='SENT' AND deleted_at IS NULL AND valid_until<:now"
    ),
    "B6 overdue job would find": (
        "SELECT COUNT(*) FROM invoices WHERE deleted_at IS NULL AND status IN('SENT','VIEWED','PARTIAL') AND dueDate<:today"
    ),
    "C1 audit: confirmed orders without lines": (
        "SELECT COUNT(*) FROM orders o LEFT JOIN order_line_items l ON l.order_id=o.id WHERE o.is_draft=0 AND l.id IS NULL"
    ),
    "C2 audit: lines without batch": (
        "SELECT COUNT(*) FROM order_line_items l LEFT JOIN batches b ON b.id=l.batch_id WHERE b.id IS NULL"
    ),
    "C3 audit: movements without batch": (
        "SELECT COUNT(*) FROM inventoryMovements m LEFT JOIN batches b ON b.id=m.batchId WHERE b.id IS NULL"
    ),
    "C4 audit: invoices without lines": (
        "SELECT COUNT(*) FROM invoices i LEFT JOIN invoiceLineItems l ON l.invoiceId=i.id WHERE l.id IS NULL"
    ),
    "C5 audit: received payments, invoice gone": (
        "SELECT COUNT(*) FROM payments p LEFT JOIN invoices i ON i.id=p.invoiceId WHERE p.paymentType='RECEIVED' AND "
        "p.invoiceId IS NOT NULL AND i.id IS NULL"
    ),
    "C6 audit: ledger rows, account gone": (
        "SELECT COUNT(*) FROM ledgerEntries e LEFT JOIN accounts a ON a.id=e.accountId WHERE a.id IS NULL"
    ),
    "C7 audit: sales without valid invoice_id": (
        "SELECT COUNT(*) FROM orders o LEFT JOIN invoices i ON i.id=o.invoice_id WHERE o.orderType='SALE' AND "
        "o.is_draft=0 AND o.shipped_at IS NOT NULL AND i.id IS NULL"
    ),
    "C8 audit: client_activity, client gone": (
        "SELECT COUNT(*) FROM client_activity a LEFT JOIN clients c ON c.id=a.client_id WHERE c.id IS NULL"
    ),
    "D1 quality: total against lines": (
        "SELECT COUNT(*) FROM orders o JOIN (SELECT order_id,SUM(line_total) s FROM order_line_items GROUP BY 1) l ON "
        "l.order_id=o.id WHERE ABS(o.total-l.s)>0.01"
    ),
    "D2 quality: order, invoice, payment dates": (
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.id=o.invoice_id JOIN payments p ON p.invoiceId=i.id WHERE "
        "o.created_at>i.invoiceDate OR i.invoiceDate>p.paymentDate"
    ),
    "D3 D2 through referenceId": (
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id JOIN payments p "
        "ON p.invoiceId=i.id WHERE o.created_at>i.invoiceDate OR i.invoiceDate>p.paymentDate"
    ),
    "E1 seeded: subtotal against lines": (
        "SELECT COUNT(*) FROM orders o LEFT JOIN (SELECT order_id,SUM(line_total) s FROM order_line_items GROUP BY 1) l "
        "ON l.order_id=o.id WHERE ABS(o.subtotal-COALESCE(l.s,0))>0.01"
    ),
    "E2 seeded: orders without history": (
        "SELECT COUNT(*) FROM orders o LEFT JOIN order_status_history h ON h.order_id=o.id WHERE h.id IS NULL"
    ),
    "E3 seeded: batches without lot": ("SELECT COUNT(*) FROM batches b LEFT JOIN lots l ON l.id=b.lotId WHERE l.id IS NULL"),
    "E4 seeded: movements exist, none below 0": (
        "SELECT (SELECT COUNT(*)=0 FROM inventoryMovements)+COALESCE(SUM(quantityBefore<0 OR quantityAfter<0),0) FROM "
        "inventoryMovements"
    ),
    "E5 seeded: no future timestamps": (
        "SELECT (SELECT COUNT(*) FROM orders WHERE created_at>:now)+(SELECT COUNT(*) FROM inventoryMovements WHERE "
        "createdAt>:now)+(SELECT COUNT(*) FROM client_communications WHERE communicated_at>:now)"
    ),
    "E6 seeded: activity without metadata": ("SELECT COUNT(*) FROM client_activity WHERE metadata IS NULL"),
    "E7 seeded: profiles without rules": ("SELECT COUNT(*) FROM pricing_profiles WHERE rules IS NULL"),
    "F1 all buckets within on hand": (
        "SELECT COUNT(*) FROM batches WHERE deleted_at IS NULL AND reservedQty+CASE WHEN batchStatus='QUARANTINED' THEN 0"
        " ELSE quarantineQty END+holdQty>onHandQty"
    ),
    "F2 LIVE needs stock": ("SELECT COUNT(*) FROM batches WHERE batchStatus='LIVE' AND onHandQty<=0"),
    "F3 QUARANTINED keeps stock in quarantineQty only": (
        "SELECT COUNT(*) FROM batches WHERE batchStatus='QUARANTINED' AND NOT(onHandQty=0 AND quarantineQty>0)"
    ),
    "F4 finished photos have an image": (
        "SELECT COUNT(*) FROM batches b WHERE isPhotographyComplete=1 AND NOT EXISTS(SELECT 1 FROM product_images p WHERE"
        " p.batch_id=b.id AND p.deleted_at IS NULL AND (p.status IS NULL OR p.status IN('APPROVED','PENDING')))"
    ),
    "F5 live stock not older than 30 days": (
        "SELECT COUNT(*)=0 FROM batches WHERE batchStatus='LIVE' AND onHandQty>0 AND julianday(:now)-julianday(createdAt)<=30"
    ),
    "F6 lots without supplier client": ("SELECT COUNT(*) FROM lots WHERE deleted_at IS NULL AND supplier_client_id IS NULL"),
    "F7 vendors without supplier client": (
        "SELECT COUNT(*) FROM vendors v LEFT JOIN supplier_profiles s ON s.legacy_vendor_id=v.id LEFT JOIN clients c ON "
        "c.id=s.client_id AND c.is_seller=1 WHERE c.id IS NULL"
    ),
    "F8 sellers without profile": (
        "SELECT COUNT(*) FROM clients c LEFT JOIN supplier_profiles s ON s.client_id=c.id WHERE c.is_seller=1 AND s.id IS NULL"
    ),
    "F9 lot vendor against supplier client": (
        "SELECT COUNT(*) FROM lots l JOIN supplier_profiles s ON s.client_id=l.supplier_client_id WHERE "
        "NOT(s.legacy_vendor_id IS l.vendorId)"
    ),
    "G1 quotes with invoice": (
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id WHERE "
        "o.orderType='QUOTE'"
    ),
    "G2 unshipped sales with invoice": (
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id AND "
        "i.status<>'VOID' WHERE o.orderType='SALE' AND o.shipped_at IS NULL"
    ),
    "G3 invoice pair without orders.invoice_id": (
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id WHERE "
        "o.orderType='SALE' AND NOT(o.invoice_id IS i.id)"
    ),
    "G4 CONVERTED quotes: converted_at and one sale": (
        "SELECT COUNT(*) FROM orders q WHERE q.quoteStatus='CONVERTED' AND (q.converted_at IS NULL OR (SELECT COUNT(*) "
        "FROM orders s WHERE s.converted_from_order_id=q.id AND s.orderType='SALE')<>1)"
    ),
    "G5 sales with converted_at": ("SELECT COUNT(*) FROM orders WHERE orderType='SALE' AND converted_at IS NOT NULL"),
    "G6 PACKED and later without bags": (
        "SELECT COUNT(*) FROM orders o WHERE o.fulfillmentStatus "
        "IN('PACKED','SHIPPED','DELIVERED','RETURNED','RESTOCKED','RETURNED_TO_VENDOR') AND NOT EXISTS(SELECT 1 FROM "
        "order_bags b WHERE b.order_id=o.id)"
    ),
    "G7 returned orders without returns": (
        "SELECT COUNT(*) FROM orders o WHERE o.fulfillmentStatus IN('RETURNED','RESTOCKED','RETURNED_TO_VENDOR') AND NOT "
        "EXISTS(SELECT 1 FROM returns r WHERE r.order_id=o.id)"
    ),
    "G8 RETURNED_TO_VENDOR without vendor_returns": (
        "SELECT COUNT(*) FROM orders o WHERE o.fulfillmentStatus='RETURNED_TO_VENDOR' AND NOT EXISTS(SELECT 1 FROM "
        "vendor_returns r WHERE r.order_id=o.id)"
    ),
    "G9 open quote line above available": (
        "SELECT COUNT(*) FROM orders o JOIN (SELECT r.id oid, json_extract(e.value,'$.batchId') b, "
        "json_extract(e.value,'$.quantity') q FROM orders r, json_each(r.items) e) j ON j.oid=o.id JOIN batches b ON "
        "b.id=j.b WHERE o.orderType='QUOTE' AND o.quoteStatus IN('UNSENT','SENT','VIEWED') AND (b.batchStatus<>'LIVE' OR "
        "j.q>MAX(0,b.onHandQty-b.reservedQty-b.quarantineQty-b.holdQty))"
    ),
    "G10 reserved against open sales": (
        "SELECT COUNT(*) FROM batches b LEFT JOIN (SELECT j.b b,SUM(j.q) q FROM orders o JOIN (SELECT r.id oid, "
        "json_extract(e.value,'$.batchId') b, json_extract(e.value,'$.quantity') q, json_extract(e.value,'$.isSample') s "
        "FROM orders r, json_each(r.items) e) j ON j.oid=o.id WHERE o.orderType='SALE' AND o.is_draft=0 AND o.deleted_at "
        "IS NULL AND o.fulfillmentStatus IN('CONFIRMED','READY_FOR_PACKING','PACKED') AND COALESCE(j.s,0)=0 GROUP BY 1) r"
        " ON r.b=b.id WHERE ABS(b.reservedQty-COALESCE(r.q,0))>0.0001"
    ),
    "G11 saleStatus against invoice status": (
        "SELECT COUNT(*) FROM orders o JOIN invoices i ON i.referenceType='ORDER' AND i.referenceId=o.id WHERE "
        "o.orderType='SALE' AND o.saleStatus<>CASE i.status WHEN 'PAID' THEN 'PAID' WHEN 'PARTIAL' THEN 'PARTIAL' WHEN "
        "'OVERDUE' THEN 'OVERDUE' WHEN 'VOID' THEN 'CANCELLED' ELSE 'PENDING' END"
    ),
    "G12 line JSON against table": (
        "SELECT COUNT(*) FROM orders o WHERE json_array_length(o.items)<>(SELECT COUNT(*) FROM order_line_items l WHERE "
        "l.order_id=o.id)"
    ),
    "H1 invoices issued without 4 ledger rows": (
        "SELECT COUNT(*) FROM invoices i WHERE (SELECT COUNT(*) FROM ledgerEntries e WHERE e.referenceType='INVOICE' AND "
        "e.referenceId=i.id)<>CASE WHEN i.status='DRAFT' THEN 0 WHEN i.referenceType='ORDER' THEN 4 ELSE 2 END"
    ),
    "H2 payments without 2 ledger rows": (
        "SELECT COUNT(*) FROM payments p WHERE p.deleted_at IS NULL AND (SELECT COUNT(*) FROM ledgerEntries e WHERE "
        "e.referenceType='PAYMENT' AND e.referenceId=p.id)<>2"
    ),
    "H3 months of invoices and payments without period": (
        "SELECT COUNT(*) FROM (SELECT invoiceDate d FROM invoices UNION SELECT paymentDate FROM payments UNION SELECT "
        ":today) x LEFT JOIN fiscalPeriods f ON x.d BETWEEN f.startDate AND f.endDate WHERE f.id IS NULL"
    ),
    "H4 consigned batches without payable": (
        "SELECT COUNT(*) FROM batches b LEFT JOIN vendor_payables v ON v.batch_id=b.id AND v.deleted_at IS NULL WHERE "
        "b.ownership_type='CONSIGNED' AND v.id IS NULL"
    ),
    "H5 chain of movements ends at onHandQty": (
        "SELECT COUNT(*) FROM batches b WHERE b.onHandQty<>COALESCE((SELECT m.quantityAfter FROM inventoryMovements m "
        "WHERE m.batchId=b.id AND m.deleted_at IS NULL ORDER BY m.createdAt DESC,m.id DESC LIMIT 1),0)"
    ),
    "H6 locations sum to onHandQty": (
        "SELECT COUNT(*) FROM batches b WHERE b.onHandQty<>COALESCE((SELECT SUM(qty) FROM batchLocations l WHERE "
        "l.batchId=b.id AND l.deleted_at IS NULL),0)"
    ),
    "H7 products without strain row": (
        "SELECT COUNT(*) FROM products p LEFT JOIN strains s ON s.id=p.strainId WHERE p.deleted_at IS NULL AND s.id IS NULL"
    ),
    "H8 total_spent against non-void sale invoices": (
        "SELECT COUNT(*) FROM clients c WHERE ABS(c.total_spent-COALESCE((SELECT SUM(i.totalAmount) FROM invoices i JOIN "
        "orders o ON i.referenceType='ORDER' AND o.id=i.referenceId WHERE i.customerId=c.id AND i.status NOT "
        "IN('VOID','DRAFT')),0))>0.01"
    ),
}
